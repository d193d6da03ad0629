def a():
    pass

def b():
    pass

for name, f in (("a", a), ("b", b)):
    f()
