def add(a, b):
    return a + b


def mul(a, b):
    return a * b


def fold(op, start, items):
    total = start
    for item in items:
        total = op(total, item)
    return total


def combine(left, right, n):
    return left(n, 2) - right(n, 1)


positional = (add, 0, [1, 2, 3])
named = {"left": mul, "right": add}
assert fold(*positional) == 6
assert combine(n=5, **named) == 4
