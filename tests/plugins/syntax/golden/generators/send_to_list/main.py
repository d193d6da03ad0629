def one():
    pass

def actions():
    for f in [one]:
        yield f

for f in list(actions()):
    f()
