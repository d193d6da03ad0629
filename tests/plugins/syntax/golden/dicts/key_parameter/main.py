def f():
    pass

def g():
    pass

d = {"a": f, "b": g}

def call(k):
    d[k]()

call("a")
