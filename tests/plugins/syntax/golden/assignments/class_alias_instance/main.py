class A:
    def m(self):
        pass

B = C = A
B().m()
C.m(A())
