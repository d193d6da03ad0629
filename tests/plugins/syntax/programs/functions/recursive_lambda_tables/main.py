def plus(a, b):
    return a + b


def times(a, b):
    return a * b


OPS = {"+": lambda a, b: plus(a, b), "*": lambda a, b: times(a, b)}


def evaluate(op, a, b):
    return OPS[op](a, b)


evaluate("+", 1, 2)
evaluate("*", 1, 2)
(lambda: plus(1, 2))()
apply = lambda f, *args: f(*args)
apply(times, 1, 2)
