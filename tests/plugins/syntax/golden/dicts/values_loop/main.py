def one():
    pass

table = {"a": one}
for f in table.values():
    f()
