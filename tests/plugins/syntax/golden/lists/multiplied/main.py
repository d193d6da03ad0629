def a():
    pass

for f in [a] * 2:
    f()
