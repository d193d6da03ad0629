def one():
    pass

def outer(f):
    return inner(f)

def inner(g):
    return g

outer(one)()
