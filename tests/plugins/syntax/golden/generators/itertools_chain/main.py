import itertools

def a():
    pass

def b():
    pass

for f in itertools.chain([a], [b]):
    f()
