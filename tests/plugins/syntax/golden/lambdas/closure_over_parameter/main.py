def one():
    pass

def delay(f):
    return lambda: f()

delay(one)()
