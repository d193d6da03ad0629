from functools import partial

def add(a, b, c):
    return a()

def one():
    return 1

f = partial(add, one)
g = partial(f, 2)
g(3)
