def f():
    pass

def g():
    pass

d = {None: f, True: g}
d[None]()
