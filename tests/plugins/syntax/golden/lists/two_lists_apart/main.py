def a():
    pass

def b():
    pass

x = [a]
y = [b]
x[0]()
