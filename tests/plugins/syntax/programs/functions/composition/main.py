def compose(*functions):
    def composed(x):
        for function in functions:
            x = function(x)
        return x

    return composed


def double(x):
    return x * 2


def increment(x):
    return x + 1


compose(double, increment)(3)


def curry(f):
    return lambda a: lambda b: f(a, b)


def add(a, b):
    return a + b


curry(add)(1)(2)
