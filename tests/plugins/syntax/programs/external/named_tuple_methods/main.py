from collections import namedtuple
from typing import NamedTuple


class Point(NamedTuple):
    x: int
    y: int = 0

    def shifted(self, by):
        return self._replace(x=move(self.x, by))

    @classmethod
    def origin(cls):
        return cls(0)

    @property
    def norm(self):
        return abs(self.x) + abs(self.y)


class Pair(namedtuple("PairBase", "left right")):
    def swap(self):
        return Pair(self.right, self.left)

    def unused(self):
        # Not called.
        return self.swap().left


def move(value, by):
    return value + by


assert Point.origin().shifted(3).norm == 3
assert Pair(1, 2).swap() == (2, 1)
