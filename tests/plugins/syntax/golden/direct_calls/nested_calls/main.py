def a(x):
    return x

def b(x):
    return x

a(b(a(1)))
