def f():
    pass

d = {"ab": f}
d["a" + "b"]()
