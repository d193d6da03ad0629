def f():
    pass

def g():
    pass

d = {"x": {"f": f}, "y": {"g": g}}
for inner in d.values():
    for h in inner.values():
        h()
