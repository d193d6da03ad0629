def one():
    pass

def two():
    pass

[f() for row in [[one], [two]] for f in row]
