def a():
    pass

def b():
    pass

def pick(flag):
    if flag:
        return a
    return b

pick(1)()
pick(0)()
