class Visitor:
    def visit(self, node):
        method = getattr(self, "visit_" + type(node).__name__, self.generic)
        return method(node)

    def generic(self, node):
        return None

    def visit_Add(self, node):
        return self.visit(node.left)

    def visit_Num(self, node):
        return 1


class Add:
    def __init__(self, left):
        self.left = left


class Num:
    pass


class Other:
    pass


Visitor().visit(Add(Num()))
Visitor().visit(Other())
