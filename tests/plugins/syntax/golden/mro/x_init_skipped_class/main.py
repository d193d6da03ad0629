class A:
    def __init__(self):
        pass

class B(A):
    pass

class C(B):
    def __init__(self):
        super().__init__()
        self.m()

    def m(self):
        pass

C()
