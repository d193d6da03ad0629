class Tree:
    def __init__(self, value, *children):
        self.value = value
        self.children = children

    def __iter__(self):
        yield self
        for child in self.children:
            yield from child

    def show(self):
        return self.value

for node in Tree(1, Tree(2)):
    node.show()
