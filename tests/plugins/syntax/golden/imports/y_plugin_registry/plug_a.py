from core import plugin

@plugin("a")
class A:
    def execute(self):
        return self.step()

    def step(self):
        pass
