def a():
    return 1


def b(x):
    return x


def apply(f, *args):
    return f(*args)


apply(lambda: a())
apply(lambda x: b(x), 1)
callbacks = []
for f in (a,):
    callbacks.append(lambda f=f: f())
for callback in callbacks:
    callback()
table = {"x": lambda: a, "y": lambda: b}
table["x"]()()
make = lambda: (lambda: a())
make()()
sort = sorted([1, 2], key=lambda x: b(x))
