def one():
    pass

def two():
    pass

merged = {"a": one} | {"b": two}
merged["a"]()
merged["b"]()
