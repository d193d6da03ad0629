def a():
    pass

def b():
    pass

(x, [y]), z = (a, [b]), None
x()
y()
