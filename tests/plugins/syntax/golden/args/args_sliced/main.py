def run(*fs):
    for f in fs[1:]:
        f()

def a():
    pass

def b():
    pass

run(a, b)
