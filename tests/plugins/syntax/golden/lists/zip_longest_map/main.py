def a():
    pass

def b():
    pass

for f, g in zip([a], [b]):
    f()
    g()
