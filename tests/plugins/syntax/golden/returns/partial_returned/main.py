from functools import partial

def base(f):
    f()

def w():
    pass

def make():
    return partial(base, w)

make()()
