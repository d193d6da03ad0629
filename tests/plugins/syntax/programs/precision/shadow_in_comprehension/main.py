def f():
    return 1


def g():
    return 2


x = f
ys = [x() for x in (g,)]
x()
h = lambda x: x()
h(g)


def outer(x):
    return [x for x in (g,)][0]() and x()


outer(f)
