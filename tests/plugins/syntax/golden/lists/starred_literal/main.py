def a():
    pass

def b():
    pass

x = [a]
y = [*x, b]
for f in y:
    f()
