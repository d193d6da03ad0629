class Visitor:
    def visit(self, node):
        node.accept(self)

    def done(self):
        pass

class Node:
    def accept(self, visitor):
        visitor.done()

Visitor().visit(Node())
