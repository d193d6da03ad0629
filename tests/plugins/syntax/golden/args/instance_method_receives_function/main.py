def one():
    pass

class A:
    def apply(self, f):
        f()

A().apply(one)
