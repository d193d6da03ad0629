class A:
    def on_a(self):
        pass

    def on_b(self):
        pass

    table = {"a": on_a, "b": on_b}

    def run(self, k):
        self.table[k](self)

A().run("a")
A().run("b")
