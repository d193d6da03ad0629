calls = []


def traced(fn):
    def wrapper(*args):
        calls.append(fn.__name__)
        return fn(*args)
    return wrapper


@traced
def area(w, h):
    return multiply(w, h)


@traced
def multiply(a, b):
    return a * b


assert area(2, 3) == 6
assert calls == ["area", "multiply"]
