class Tree:
    def __init__(self, kids):
        self.kids = kids

    def walk(self):
        yield self
        for k in self.kids:
            yield from k.walk()

    def visit(self):
        pass

for node in Tree([Tree([])]).walk():
    node.visit()
