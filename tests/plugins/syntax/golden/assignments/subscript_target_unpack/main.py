def f():
    pass

def g():
    pass

d = {}
d["a"], d["b"] = f, g
d["a"]()
