class lazy:
    def __init__(self, f):
        self.f = f

    def __get__(self, obj, owner):
        return self.f(obj)

class A:
    @lazy
    def value(self):
        return self.compute()

    def compute(self):
        return 1

A().value
