def a():
    pass

def b():
    pass

actions = [a]
actions += [b]
for f in actions:
    f()
