def one():
    pass

def two():
    pass

table = {"a": {"b": one}, "c": two}
table["a"]["b"]()
