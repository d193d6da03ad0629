def work():
    pass

class A:
    def __init__(self):
        self.action = work

class B(A):
    def run(self):
        self.action()

B().run()
