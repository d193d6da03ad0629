def one():
    pass

def actions():
    yield one

next(actions())()
