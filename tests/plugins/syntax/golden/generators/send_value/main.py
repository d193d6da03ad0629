def a():
    pass

def gen():
    while True:
        f = yield
        f()

g = gen()
next(g)
g.send(a)
