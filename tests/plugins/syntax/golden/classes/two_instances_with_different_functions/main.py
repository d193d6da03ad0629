class A:
    def __init__(self, action):
        self.action = action

    def run(self):
        self.action()

def one():
    pass

def two():
    pass

A(one).run()
A(two).run()
