def a():
    return 1


def b():
    return 2


def c():
    return 3


def d():
    return 4


head, *rest, tail = [a, b, c, d]
head()
tail()
for item in rest:
    item()
