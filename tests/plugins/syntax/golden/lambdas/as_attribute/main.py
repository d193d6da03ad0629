class A:
    def __init__(self):
        self.go = lambda: self.work()

    def work(self):
        pass

A().go()
