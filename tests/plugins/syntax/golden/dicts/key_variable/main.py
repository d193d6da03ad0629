def f():
    pass

def g():
    pass

key = "b"
d = {"a": f, "b": g}
d[key]()
