def one():
    pass

def two():
    pass

def key():
    return "b"

table = {"a": one, "b": two}
table[key()]()
