def a():
    pass

def b():
    pass

fs = [f for f in (a, b) if f is not None]
for f in fs:
    f()
