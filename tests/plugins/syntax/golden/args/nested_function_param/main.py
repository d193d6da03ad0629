def outer(f):
    def inner(g):
        f(g)
    return inner

def a(x):
    x()

def b():
    pass

outer(a)(b)
