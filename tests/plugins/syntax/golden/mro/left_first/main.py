class A:
    def f(self):
        pass

class B:
    def f(self):
        pass

class C(A, B):
    pass

class D(B, A):
    pass

C().f()
D().f()
