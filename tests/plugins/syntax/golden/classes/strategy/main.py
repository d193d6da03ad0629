class Context:
    def __init__(self, strategy):
        self.strategy = strategy

    def execute(self, x):
        return self.strategy.apply(x)

class Double:
    def apply(self, x):
        return x * 2

Context(Double()).execute(1)
