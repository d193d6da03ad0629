def read():
    yield one
    yield two

def one():
    return 1

def two():
    return 2

def only(fs):
    for f in fs:
        yield f

for f in only(read()):
    f()
