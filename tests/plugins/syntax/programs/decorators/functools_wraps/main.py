import functools


def logged(label):
    def decorate(fn):
        @functools.wraps(fn)
        def inner(*args, **kwargs):
            note(label, fn.__name__)
            return fn(*args, **kwargs)
        return inner
    return decorate


notes = []


def note(label, name):
    notes.append(label + "." + name)


@logged("math")
def halve(n, *, up=False):
    return -(-n // 2) if up else n // 2


assert halve(5, up=True) == 3
assert halve.__wrapped__(4) == 2
assert notes == ["math.halve"]
