def run(*fs):
    fs[0]()

def a():
    pass

def b():
    pass

run(a, b)
