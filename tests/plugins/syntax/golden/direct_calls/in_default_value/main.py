def make():
    return 1

def f(x=make()):
    return x

f()
