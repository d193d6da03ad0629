def one():
    pass

def two():
    pass

def three():
    pass

base = {"a": one, "b": two}
merged = {**base, "a": three}
merged["a"]()
merged["b"]()
kept = {"a": three, **base}
kept["b"]()
