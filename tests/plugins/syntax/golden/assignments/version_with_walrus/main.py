def one():
    return two

def two():
    return None

def run(flag):
    action = None
    if flag and (action := one()):
        action()
    if (action := one):
        action()
    return action

run(True)
