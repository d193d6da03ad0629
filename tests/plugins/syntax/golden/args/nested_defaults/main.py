def leaf():
    pass

def inner(action=leaf):
    action()

def outer(first=inner):
    first()

outer()
