pair = lambda: (a, b)

def a():
    pass

def b():
    pass

x, y = pair()
x()
