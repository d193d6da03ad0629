def a():
    pass

for f in filter(None, [a, None]):
    f()
