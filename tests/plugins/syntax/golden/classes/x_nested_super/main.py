class A:
    class Inner:
        def f(self):
            pass

class B(A):
    class Inner(A.Inner):
        def f(self):
            super().f()

B.Inner().f()
B().Inner().f()
