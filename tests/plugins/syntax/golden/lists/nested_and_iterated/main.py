def a():
    pass

def b():
    pass

m = [[a], [b]]
m[0][0]()
for row in m:
    for f in row:
        f()
