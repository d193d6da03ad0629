def run(f, /, g, *, h):
    f()
    g()
    h()

def a():
    pass

def b():
    pass

def c():
    pass

run(a, b, h=c)
