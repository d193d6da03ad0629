def make():
    fs = []
    for i in range(2):
        def g(i=i):
            return step(i)
        fs.append(g)
    return fs

def step(i):
    return i

for f in make():
    f()
