class A:
    def run(self):
        pass

A.__dict__["run"](A())
