def work():
    pass

class A:
    action = None

    def __init__(self, action):
        self.action = action

    def run(self):
        self.action()

A(work).run()
