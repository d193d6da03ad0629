def target():
    pass

def second(action):
    action()

def first(action):
    second(action)

first(target)
