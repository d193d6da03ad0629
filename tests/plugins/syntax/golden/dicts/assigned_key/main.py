def one():
    pass

table = {}
table["one"] = one
table["one"]()
