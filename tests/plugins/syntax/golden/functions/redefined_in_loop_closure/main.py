def a():
    pass

def b():
    pass

fs = []
for f in (a, b):
    def call(f=f):
        f()
    fs.append(call)
for g in fs:
    g()
