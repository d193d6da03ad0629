class Multiplier:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, n):
        return self.apply(n)

    def apply(self, n):
        return n * self.factor


class Chain:
    def __init__(self, *stages):
        self.stages = stages

    def __call__(self, n):
        for stage in self.stages:
            n = stage(n)
        return n


def minus_one(n):
    return n - 1


times_three = Multiplier(3)
assert times_three(2) == 6
assert Chain(times_three, minus_one)(4) == 11
assert Multiplier(2)(5) == 10
