def a():
    pass

def b():
    pass

def run(f, g):
    f()
    g()

run(*[a, b])
