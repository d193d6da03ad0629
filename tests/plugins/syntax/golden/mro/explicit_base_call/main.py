class A:
    def __init__(self):
        self.setup()

    def setup(self):
        pass

class B(A):
    def __init__(self):
        A.__init__(self)

    def setup(self):
        pass

B()
