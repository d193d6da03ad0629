class Node:
    def __init__(self, value, *children):
        self.value = value
        self.children = children

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def label(self):
        return "<%s>" % self.value


class Special(Node):
    def label(self):
        return "[%s]" % self.value


tree = Node("a", Special("b", Node("c")), Node("d"))
labels = [node.label() for node in tree.walk()]
assert labels == ["<a>", "[b]", "<c>", "<d>"]
