def one():
    pass

def two():
    pass

base = {"a": one}
table = {**base, "b": two}
table["a"]()
