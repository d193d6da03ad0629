def never():
    pass

def keep(action):
    stored = action
    return stored

keep(never)
