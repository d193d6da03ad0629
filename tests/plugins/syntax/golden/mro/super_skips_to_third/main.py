class A:
    def go(self):
        pass

class B(A):
    pass

class C(B):
    def go(self):
        super().go()

C().go()
