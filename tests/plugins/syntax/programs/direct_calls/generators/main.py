def numbers(limit):
    n = start()
    while n < limit:
        yield n
        n = step(n)


def start():
    return 1


def step(n):
    return n * 2


def both(limit):
    yield from numbers(limit)
    yield from numbers(step(limit))


def lazy():
    yield produced()


def produced():
    return 0


assert list(numbers(5)) == [1, 2, 4]
assert len(list(both(4))) == 5
pending = lazy()
assert next(pending) == 0
