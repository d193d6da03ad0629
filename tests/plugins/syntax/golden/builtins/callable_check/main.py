def run(f):
    if callable(f):
        f()

def one():
    pass

run(one)
run(3)
