def one():
    pass

def two():
    pass

def run(a, b=None, *rest, c=None, **more):
    b()

run(1, one, c=two)
