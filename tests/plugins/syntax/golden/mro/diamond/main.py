class A:
    def run(self):
        pass

class B(A):
    pass

class C(A):
    def run(self):
        pass

class D(B, C):
    pass

D().run()
