def a():
    return 1

def b():
    return 2

pairs = sorted([("b", b), ("a", a)], key=lambda p: p[0])
for _, f in pairs:
    f()
