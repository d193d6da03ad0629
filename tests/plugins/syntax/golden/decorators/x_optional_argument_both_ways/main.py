def deco(_f=None, *, n=1):
    def wrap(f):
        def inner(*a):
            return f(*a)
        return inner
    if _f is None:
        return wrap
    return wrap(_f)

@deco
def a():
    pass

@deco(n=2)
def b():
    pass

a()
b()
