def f(*a, **k):
    return a

def g():
    return 1

def h():
    return "k"

f(g(), *[g()], k=h(), **{"z": g()})
