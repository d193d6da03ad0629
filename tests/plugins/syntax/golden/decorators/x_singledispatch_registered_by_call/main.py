from functools import singledispatch

@singledispatch
def area(x):
    raise TypeError

def of_int(x):
    return x

area.register(int, of_int)
area(2)
