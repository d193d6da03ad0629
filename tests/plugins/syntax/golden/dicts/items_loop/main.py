def one():
    pass

def two():
    pass

table = {"a": one, "b": two}
for name, f in table.items():
    f()
