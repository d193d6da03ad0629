def one():
    pass

def two():
    pass

table = {"a": one, "b": two}
table["a"]()
