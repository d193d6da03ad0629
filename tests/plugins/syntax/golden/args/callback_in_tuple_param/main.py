def run(steps):
    for name, step in steps:
        step()

def a():
    pass

def b():
    pass

run([("a", a), ("b", b)])
