def work():
    pass

class A:
    def __init__(self, f):
        self.f = f

    def run(self):
        self.f()

A(work).run()
