def one():
    pass

def two():
    pass

def three():
    pass

def choose(flag):
    action = one
    if flag:
        action = two
        action()
    else:
        action()
        action = three
    action()

def leave(flag):
    action = one
    if flag:
        action()
        return
    action = two
    action()

choose(True)
choose(False)
leave(True)
leave(False)
