def one():
    pass

a = b = one
a()
b()
