def one():
    pass

table = {"a": one}
other = table.copy()
other["a"]()
