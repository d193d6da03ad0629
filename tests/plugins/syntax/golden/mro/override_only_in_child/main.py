class A:
    def one(self):
        pass

    def two(self):
        pass

class B(A):
    def two(self):
        pass

b = B()
b.one()
b.two()
