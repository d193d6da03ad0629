from functools import total_ordering


@total_ordering
class Money:
    def __init__(self, n):
        self.n = n

    def _coerce(self, o):
        return o if isinstance(o, Money) else Money(o)

    def __add__(self, o):
        return Money(self.n + self._coerce(o).n)

    __radd__ = __add__

    def __sub__(self, o):
        return self + -self._coerce(o)

    def __neg__(self):
        return Money(-self.n)

    def __eq__(self, o):
        return self.n == self._coerce(o).n

    def __lt__(self, o):
        return self.n < o.n

    def __hash__(self):
        return hash(self.n)

    def label(self):
        return str(self.n)


def main():
    a, b = Money(1), Money(2)
    (a + b - 1).label()
    sum([a, b]).label()
    max(a, b).label()
    {a: 1}[a]
    print(a in [b])
    return a <= b


main()
