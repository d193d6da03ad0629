def a():
    pass

def fill(out):
    out.append(a)

fs = []
fill(fs)
for f in fs:
    f()
