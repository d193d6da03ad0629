class Dispatcher:
    def __init__(self):
        self.table = {"a": self.one, "b": self.two}

    def one(self):
        pass

    def two(self):
        pass

    def run(self, name):
        return self.table[name]()

d = Dispatcher()
d.run("a")
d.run("b")
