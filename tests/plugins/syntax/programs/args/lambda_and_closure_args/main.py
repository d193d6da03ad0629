def compose(f, g):
    def composed(x):
        return f(g(x))
    return composed


def triple(x):
    return 3 * x


def apply(fn, x):
    return fn(x)


assert apply(lambda x: triple(x) + 1, 2) == 7
assert apply(compose(triple, lambda x: x - 1), 4) == 9
