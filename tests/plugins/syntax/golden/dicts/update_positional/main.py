def one():
    pass

def two():
    pass

table = {"a": one}
table.update({"b": two})
table["b"]()
