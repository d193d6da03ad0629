class Brush:
    def __init__(self, name):
        self.name = name

    def describe(self):
        return self.name


def make():
    return Brush("default")
