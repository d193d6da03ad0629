class A:
    def __new__(cls, *a):
        self = super().__new__(cls)
        return self

class B(A):
    def __init__(self, f):
        self.f = f

def w():
    pass

B(w).f()
