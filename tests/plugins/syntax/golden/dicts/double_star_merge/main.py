def one():
    pass

def two():
    pass

base = {"a": one}
full = {**base, "b": two}
full["a"]()
full["b"]()
