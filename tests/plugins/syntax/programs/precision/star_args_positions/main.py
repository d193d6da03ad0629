def a():
    return 1


def b():
    return 2


def c():
    return 3


def run(first, *rest):
    return rest[0]()


run(a, b, c)


def forward(*args, **kwargs):
    return target(*args, **kwargs)


def target(x, y, z=None):
    x()
    return z()


forward(a, b, z=c)
