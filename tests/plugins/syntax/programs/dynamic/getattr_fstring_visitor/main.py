class Num:
    def __init__(self, value):
        self.value = value


class Add:
    def __init__(self, left, right):
        self.left = left
        self.right = right


class Evaluator:
    def visit(self, node):
        method = f"visit_{type(node).__name__}"
        return getattr(self, method, self.generic)(node)

    def visit_Num(self, node):
        return node.value

    def visit_Add(self, node):
        return self.visit(node.left) + self.visit(node.right)

    def visit_Mul(self, node):
        return node.product

    def generic(self, node):
        raise TypeError(node)


assert Evaluator().visit(Add(Num(1), Add(Num(2), Num(3)))) == 6
