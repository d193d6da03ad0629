def a():
    pass

def b():
    pass

def pair():
    return a, b

pair()[0]()
