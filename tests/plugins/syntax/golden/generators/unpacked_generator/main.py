def a():
    pass

def gen():
    yield a

first, = gen()
first()
