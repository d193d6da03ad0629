def a():
    pass

def b():
    pass

def c():
    pass

fs = [a, b, c]
for f in fs[1:]:
    f()
