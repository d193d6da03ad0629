def a():
    pass

def b():
    pass

def pick(x):
    return a if x else b

pick(True)()
pick(False)()
