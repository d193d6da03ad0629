def audit(x):
    return x


def untouched(x):
    return x


def consumed():
    yield audit(1)
    yield audit(2)


def never_started():
    # The generator object is created but nobody iterates over it.
    yield untouched(1)


def partly():
    yield audit(3)
    yield untouched(4)


idle = never_started()
idle.close()
total = sum(consumed())
head = next(partly())
assert total == 3 and head == 3
