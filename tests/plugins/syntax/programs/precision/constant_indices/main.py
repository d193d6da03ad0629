def a():
    return 1


def b():
    return 2


def c():
    return 3


items = [a, b, c]
items[0]()
items[-1]()
pair = (a, b)
first, second = pair
second()
x, (y, z) = a, (b, c)
z()


def give():
    return a, c


_, last = give()
last()
