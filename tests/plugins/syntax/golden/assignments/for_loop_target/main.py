def one():
    pass

def two():
    pass

for name, f in [("a", one), ("b", two)]:
    f()
