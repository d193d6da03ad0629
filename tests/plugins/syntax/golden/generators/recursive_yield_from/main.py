def walk(tree):
    for x in tree:
        if isinstance(x, list):
            yield from walk(x)
        else:
            yield x

def leaf():
    pass

for f in walk([[leaf], leaf]):
    f()
