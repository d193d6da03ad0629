def identity(x):
    return x


def one():
    return 1


def two():
    return 2


identity(one)()
f = identity(two)
f()


class Box:
    def __init__(self, value):
        self.value = value


a = Box(one)
b = Box(two)
a.value()
b.value()
