class A:
    pass

def f():
    pass

def g():
    pass

a = A()
a.x, a.y = f, g
a.x()
a.y()
