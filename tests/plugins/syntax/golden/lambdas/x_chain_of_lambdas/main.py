compose = lambda f, g: lambda x: g(f(x))

def a(x):
    return x

def b(x):
    return x

compose(a, b)(1)
