class A:
    def f(self):
        pass

class M:
    pass

class B(M, A):
    def f(self):
        return super().f()

B().f()
