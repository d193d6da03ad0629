def north():
    return (0, 1)


def east():
    return (1, 0)


def south():
    return (0, -1)


def west():
    # Never indexed.
    return (-1, 0)


directions = [north, east, south, west]
FIRST = 0
assert directions[FIRST]() == (0, 1)
assert directions[1]() == (1, 0)
assert directions[-2]() == (0, -1)
