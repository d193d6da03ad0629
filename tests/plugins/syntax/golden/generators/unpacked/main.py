def one():
    pass

def actions():
    yield one

first, second = actions()
first()
