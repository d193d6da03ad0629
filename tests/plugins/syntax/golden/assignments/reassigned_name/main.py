def one():
    pass

def two():
    pass

f = one
f()
f = two
f()
