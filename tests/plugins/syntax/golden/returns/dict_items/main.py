def make():
    return {"f": f, "g": [g]}

def f():
    pass

def g():
    pass

m = make()
m["f"]()
m["g"][0]()
