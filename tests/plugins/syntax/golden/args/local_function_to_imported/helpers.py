def apply(action):
    action()
