def a():
    pass

def b():
    pass

flat = [f for row in [[a], [b]] for f in row]
for f in flat:
    f()
