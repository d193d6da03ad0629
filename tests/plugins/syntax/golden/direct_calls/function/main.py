def one():
    two()

def two():
    pass

one()
