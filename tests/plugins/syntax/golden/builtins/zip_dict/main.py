def one():
    pass

def two():
    pass

table = dict(zip(["a", "b"], [one, two]))
table["a"]()
table["b"]()
