def one():
    pass

class A:
    steps = [one]

    def run(self):
        for s in self.steps:
            s()

A().run()
