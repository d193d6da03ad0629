class A:
    def __init__(self):
        self.it = self.produce()

    def produce(self):
        yield one

    def run(self):
        next(self.it)()

def one():
    pass

A().run()
