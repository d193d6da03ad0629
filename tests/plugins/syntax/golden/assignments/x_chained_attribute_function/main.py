class A:
    pass

def f():
    pass

a = A()
a.b = A()
a.b.c = f
a.b.c()
