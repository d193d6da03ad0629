import functools

def deco(f=None, *, flag=False):
    if f is None:
        return functools.partial(deco, flag=flag)

    def inner():
        return f()
    return inner

@deco
def a():
    pass

@deco(flag=True)
def b():
    pass

a()
b()
