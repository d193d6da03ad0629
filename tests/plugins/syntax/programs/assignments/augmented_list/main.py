def validate(x):
    return x > 0


def is_even(x):
    return x % 2 == 0


def is_small(x):
    return x < 100


class Tally:
    def __init__(self):
        self.count = 0

    def __iadd__(self, n):
        self.count += n
        return self


checks = [validate]
checks += [is_even, is_small]
tally = Tally()
for check in checks:
    if check(8):
        tally += 1
assert tally.count == 3
