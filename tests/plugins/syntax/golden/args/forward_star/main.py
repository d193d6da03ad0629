def target(a, b):
    a(b)

def relay(*args):
    return target(*args)

def one(x):
    x()

def two():
    pass

relay(one, two)
