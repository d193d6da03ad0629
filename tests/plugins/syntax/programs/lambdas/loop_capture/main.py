def red():
    # Late binding: the closures only ever see the last loop value.
    return "red"


def green():
    return "green"


def early_a():
    return "a"


def early_b():
    return "b"


late = []
for colour in (red, green):
    late.append(lambda: colour())

early = []
for func in (early_a, early_b):
    early.append(lambda func=func: func())

assert [call() for call in late] == ["green", "green"]
assert [call() for call in early] == ["a", "b"]
