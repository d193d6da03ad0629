def one():
    pass

def two():
    pass

one.other = two
one.other()
