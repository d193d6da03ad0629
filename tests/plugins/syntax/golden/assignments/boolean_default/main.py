def fallback():
    pass

def choose(action=None):
    action = action or fallback
    action()

choose()
