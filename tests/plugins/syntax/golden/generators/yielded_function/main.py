def one():
    pass

def actions():
    yield one

for action in actions():
    action()
