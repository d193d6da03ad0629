def one():
    pass

def two():
    pass

def outer():
    action = one

    def inner():
        action()

    inner()
    action = two
    inner()
    action()

outer()
