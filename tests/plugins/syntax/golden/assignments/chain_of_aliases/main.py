def f():
    pass

a = b = f
c = b
d = c
d()
