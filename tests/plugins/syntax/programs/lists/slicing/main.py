def first():
    # Sliced away.
    return 1


def second():
    return 2


def third():
    return 3


def fourth():
    # Sliced away too.
    return 4


stages = [first, second, third, fourth]
middle = stages[1:3]
results = []
for stage in middle:
    results.append(stage())
assert results == [2, 3]
assert stages[::-1][1]() == 3
assert stages[:2][-1]() == 2
