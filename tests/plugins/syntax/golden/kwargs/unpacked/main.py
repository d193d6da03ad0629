def one():
    pass

def two():
    pass

def run(a, b):
    b()

run(**{"a": one, "b": two})
