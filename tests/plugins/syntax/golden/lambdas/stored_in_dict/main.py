def one():
    pass

table = {"a": lambda: one(), "b": lambda: 2}
table["a"]()
