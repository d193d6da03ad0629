def f():
    b_f = g
    b_f()

def g():
    pass
