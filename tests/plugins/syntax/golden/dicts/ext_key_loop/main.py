def one():
    pass

def two():
    pass

table = {"a": one, "b": two}
for key in ["a", "b"]:
    table[key]()
