import functools
from functools import reduce


def merge(left, right):
    out = dict(left)
    out.update(right)
    return out


def larger(a, b):
    return a if a > b else b


def compose_two(f, g):
    return lambda x: g(f(x))


def inc(x):
    return x + 1


def dbl(x):
    return x * 2


assert reduce(merge, [{"a": 1}, {"b": 2}], {}) == {"a": 1, "b": 2}
assert functools.reduce(larger, [3, 9, 4]) == 9
chain = reduce(compose_two, [inc, dbl])
assert chain(3) == 8
