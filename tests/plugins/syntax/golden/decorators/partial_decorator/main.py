import functools

def deco(f, prefix):
    def inner(*a):
        return f(*a)
    return inner

@functools.partial(deco, prefix="x")
def work():
    pass

work()
