def a():
    pass

def inner():
    yield 1
    return a

def outer():
    f = yield from inner()
    f()

list(outer())
