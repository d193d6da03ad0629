def leaf(n):
    return n + 1


def other_leaf(n):
    return n - 1


def inner(fn, n):
    return fn(n)


def middle(fn, n):
    return inner(fn, n)


def outer(fn, n):
    local = fn
    return middle(local, n)


def swap(a, b, n):
    return pair(b, a, n)


def pair(x, y, n):
    return x(y(n))


assert outer(leaf, 1) == 2
assert swap(leaf, other_leaf, 5) == 5
