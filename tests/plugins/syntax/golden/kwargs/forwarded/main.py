def one():
    pass

def inner(action=None):
    action()

def outer(**options):
    inner(**options)

outer(action=one)
