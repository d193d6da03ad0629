def _private():
    pass

def public():
    _private()
