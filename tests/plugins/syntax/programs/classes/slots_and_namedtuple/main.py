from typing import NamedTuple
from collections import namedtuple


class Point(NamedTuple):
    x: int
    f: object

    def norm(self):
        return self.f()


def compute():
    return 1


Pair = namedtuple("Pair", ["left", "right"])
Point(1, compute).norm()
pair = Pair(compute, None)
pair.left()
x, f = Point(2, compute)
f()
