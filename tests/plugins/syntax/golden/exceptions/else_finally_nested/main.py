def a():
    raise KeyError("x")

def b():
    pass

def c():
    pass

def d():
    pass

try:
    try:
        a()
    finally:
        c()
except KeyError:
    b()
else:
    d()
