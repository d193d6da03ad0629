class A:
    def __init__(self):
        self.init_a()

    def init_a(self):
        pass

class B(A):
    def __init__(self):
        super().__init__()

class C(B):
    def __init__(self):
        super().__init__()

C()
