class clamp:
    def __init__(self, low, high):
        self.low = low
        self.high = high

    def __call__(self, fn):
        def limited(n):
            return self.limit(fn(n))
        return limited

    def limit(self, n):
        return max(self.low, min(self.high, n))


@clamp(0, 10)
def scale(n):
    return n * 4


def unclamped(n):
    return n * 4


tight = clamp(0, 1)(unclamped)
assert scale(5) == 10
assert tight(-2) == 0
