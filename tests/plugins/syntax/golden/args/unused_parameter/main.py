def ignore(f):
    return None

def never():
    pass

ignore(never)
