class A:
    run = lambda self: self.step()

    def step(self):
        pass

A().run()
