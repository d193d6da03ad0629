class Node:
    def accept(self, v):
        v.visit_node(self)

class Leaf(Node):
    def accept(self, v):
        v.visit_leaf(self)

class V:
    def visit_node(self, n):
        pass

    def visit_leaf(self, n):
        pass

for n in [Node(), Leaf()]:
    n.accept(V())
