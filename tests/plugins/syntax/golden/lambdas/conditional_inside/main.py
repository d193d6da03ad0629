def a():
    pass

def b():
    pass

pick = lambda x: a if x else b
pick(1)()
pick(0)()
