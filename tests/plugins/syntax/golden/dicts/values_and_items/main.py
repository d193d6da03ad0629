def one():
    pass

def two():
    pass

for f in {"a": one}.values():
    f()
for key, g in {"b": two}.items():
    g()
