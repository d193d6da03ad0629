def one():
    pass

def two():
    pass

table = {f.__name__: f for f in (one, two)}
for f in table.values():
    f()
