def one():
    pass

def outer():
    action = None

    def choose():
        nonlocal action
        action = one

    choose()
    action()

outer()
