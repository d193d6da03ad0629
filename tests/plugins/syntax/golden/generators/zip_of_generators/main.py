def a():
    pass

def gen():
    yield a

for f, g in zip(gen(), [a]):
    f()
