def a():
    pass

def b():
    pass

t = {"x": (a, 1), "y": (b, 2)}
f, n = t["x"]
f()
