class A:
    def run(self):
        pass

class B(A):
    pass

class C(B):
    def run(self):
        super().run()

C().run()
