def work():
    pass

def apply(action):
    action()
