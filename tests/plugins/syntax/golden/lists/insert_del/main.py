def a():
    pass

fs = []
fs.insert(0, a)
f = fs.pop(0)
f()
