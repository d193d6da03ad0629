class A:
    def run(self):
        pass

class B(A):
    pass

B().run()
