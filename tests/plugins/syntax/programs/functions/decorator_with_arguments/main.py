def tagged(label):
    def decorate(func):
        def wrapper(*args):
            calls.append(label)
            return func(*args)

        wrapper.original = func
        return wrapper

    return decorate


calls = []


@tagged("outer")
@tagged("inner")
def add(a, b):
    return a + b


@tagged("plain")
def negate(a):
    return -a


assert add(1, 2) == 3
assert negate.original(3) == -3
assert calls == ["outer", "inner"]
