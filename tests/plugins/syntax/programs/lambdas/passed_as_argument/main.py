def apply(func, value):
    return func(value)


def apply_twice(func, value):
    return apply(func, apply(func, value))


def either(flag, on_true, on_false):
    if flag:
        return on_true()
    return on_false()


def cheap():
    return "cheap"


def expensive():
    # Guarded by a lambda that does not run.
    return "expensive"


assert apply_twice(lambda n: n * 3, 2) == 18
assert either(True, lambda: cheap(), lambda: expensive()) == "cheap"
