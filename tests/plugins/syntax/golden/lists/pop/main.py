def a():
    pass

fs = [a]
fs.pop()()
