def double(n):
    return add(n, n)


def add(a, b):
    return a + b
