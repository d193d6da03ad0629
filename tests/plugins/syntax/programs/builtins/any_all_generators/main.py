def positive(n):
    return n > 0


def even(n):
    return n % 2 == 0


def huge(n):
    return n > 10 ** 9


def every(rules, n):
    return all(rule(n) for rule in rules)


def some(rules, n):
    return any(rule(n) for rule in rules)


assert every([positive, even], 4)
assert not some((huge,), 4)
assert sum(even(n) for n in range(4)) == 2
assert {n: positive(n) for n in (-1, 1)} == {-1: False, 1: True}
