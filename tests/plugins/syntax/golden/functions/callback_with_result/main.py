def one():
    return two

def two():
    pass

def call(f):
    return f()

call(one)()
