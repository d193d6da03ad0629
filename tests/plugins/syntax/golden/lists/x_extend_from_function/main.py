def make():
    return [a, b]

def a():
    pass

def b():
    pass

fs = []
fs += make()
fs.extend(make())
for f in fs:
    f()
