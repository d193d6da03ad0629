def compose(first, second):
    def composed(value):
        return second(first(value))

    return composed


def twice(func):
    return compose(func, func)


def increment(n):
    return n + 1


def square(n):
    return n * n


def cube(n):
    # Composed but the composition is discarded.
    return n ** 3


pipeline = compose(increment, square)
assert pipeline(2) == 9
assert twice(pipeline)(1) == 25
ignored = compose(cube, cube)
