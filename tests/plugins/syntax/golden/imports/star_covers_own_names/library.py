def act():
    pass

def _kept():
    pass
