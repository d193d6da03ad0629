def a():
    return 1

def b():
    return 2

x, y = a, b
first = x
first()
