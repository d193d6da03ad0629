class Num:
    def __init__(self, v):
        self.v = v

    def accept(self, visitor):
        return visitor.visit_num(self)

class Add:
    def __init__(self, l, r):
        self.l = l
        self.r = r

    def accept(self, visitor):
        return visitor.visit_add(self)

class Eval:
    def visit_num(self, n):
        return n.v

    def visit_add(self, n):
        return n.l.accept(self) + n.r.accept(self)

Add(Num(1), Num(2)).accept(Eval())
