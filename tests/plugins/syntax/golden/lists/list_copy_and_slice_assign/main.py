def a():
    pass

x = [None]
x[0:1] = [a]
y = x[:]
z = y.copy()
z[0]()
