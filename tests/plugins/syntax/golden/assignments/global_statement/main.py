def one():
    pass

handler = None

def install():
    global handler
    handler = one

def fire():
    handler()

install()
fire()
