def one():
    pass

table = {k: one for k in ("a", "b")}
table["a"]()
