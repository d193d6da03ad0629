import itertools
import operator
from functools import partial


def parity(n):
    return n % 2


def small(n):
    return n < 3


def biggest(a, b):
    return max(a, b)


def scale(factor, n):
    return factor * n


class Robot:
    def __init__(self, name):
        self.name = name

    def beep(self, times):
        return self.name * times


def ignored(n):
    # takewhile object is never consumed.
    return True


groups = {k: list(g) for k, g in itertools.groupby([1, 3, 2], parity)}
assert groups == {1: [1, 3], 0: [2]}
assert list(itertools.takewhile(small, [1, 2, 3])) == [1, 2]
assert list(itertools.accumulate([1, 3, 2], biggest)) == [1, 3, 3]
assert list(map(partial(scale, 10), [1, 2])) == [10, 20]
assert operator.methodcaller("beep", 2)(Robot("x")) == "xx"
assert list(itertools.starmap(scale, [(2, 3)])) == [6]
lazy = itertools.takewhile(ignored, [1])
