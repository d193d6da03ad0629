def one():
    pass

def two():
    pass

a, b = one, two
a()
