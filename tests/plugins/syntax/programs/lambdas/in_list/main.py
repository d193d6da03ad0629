def plus(a, b):
    return a + b


def minus(a, b):
    return a - b


def times(a, b):
    return a * b


operations = [
    lambda a, b: plus(a, b),
    lambda a, b: minus(a, b),
    lambda a, b: times(a, b),
]

assert operations[0](4, 2) == 6
assert operations[-1](4, 2) == 8
# Index 1 is never used, so minus stays uncalled.
