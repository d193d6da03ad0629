def adder(n):
    return lambda x: total(x, n)


def total(a, b):
    return a + b


def curry(func):
    return lambda a: lambda b: func(a, b)


def constant(value):
    return lambda: value


add_five = adder(5)
assert add_five(1) == 6
assert curry(total)(2)(3) == 5
assert constant(total)()(1, 1) == 2
