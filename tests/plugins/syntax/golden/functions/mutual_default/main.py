def one():
    pass

def outer(a, b=lambda: one()):
    b()

outer(1)
