def candidates():
    return range(5)


def keep(n):
    return n % 2 == 0


def transform(n):
    return n * 10


def unreached(n):
    # The expression below is built but never iterated.
    return n


stream = (transform(n) for n in candidates() if keep(n))
dormant = (unreached(n) for n in candidates())
assert list(stream) == [0, 20, 40]
found = any(keep(n) for n in (1, 3, 4))
assert found
