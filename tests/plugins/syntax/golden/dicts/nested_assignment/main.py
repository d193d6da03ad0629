def one():
    pass

table = {"a": {}}
table["a"]["b"] = one
table["a"]["b"]()
