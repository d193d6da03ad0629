def add(f, registry=[]):
    registry.append(f)
    return registry

def a():
    pass

for f in add(a):
    f()
