fs = [lambda: a(), lambda: b()]

def a():
    pass

def b():
    pass

for f in fs:
    f()
