def make_property(initial):
    value = initial

    def getter():
        return value

    def setter(new):
        nonlocal value
        value = clamp(new)

    def deleter():
        # Returned in third place and ignored.
        nonlocal value
        value = None

    return getter, setter, deleter


def clamp(n):
    return min(n, 10)


get, put, _ = make_property(3)
put(99)
assert get() == 10
assert make_property(4)[0]() == 4
