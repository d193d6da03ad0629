def w():
    pass

def make():
    x = w
    return lambda y=x: y()

make()()
