class A:
    def __init__(self, f):
        self.f = f

class B(A):
    def __init__(self, f):
        super().__init__(f)

class C(B):
    def run(self):
        self.f()

def w():
    pass

C(w).run()
