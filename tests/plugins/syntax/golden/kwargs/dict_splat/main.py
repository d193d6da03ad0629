def run(first, second):
    first()

def a():
    pass

def b():
    pass

options = {"first": a, "second": b}
run(**options)
