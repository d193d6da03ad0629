def visible():
    hidden()

def hidden():
    pass
