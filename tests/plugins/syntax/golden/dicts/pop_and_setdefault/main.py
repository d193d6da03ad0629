def one():
    pass

def two():
    pass

table = {"a": one}
table.pop("a")()
table.setdefault("b", two)()
