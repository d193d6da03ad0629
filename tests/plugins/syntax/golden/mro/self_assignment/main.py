class A:
    def run(self):
        pass

class B(A):
    def __init__(self):
        self.run = self.other

    def other(self):
        pass

    def go(self):
        self.other()

b = B()
b.go()
