def one():
    return two

def two():
    pass

if f := one():
    f()
