def a():
    pass

fs = []
fs.append(a)
fs[0]()
