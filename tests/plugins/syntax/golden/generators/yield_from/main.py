def one():
    pass

def inner():
    yield one

def outer():
    yield from inner()

for action in outer():
    action()
