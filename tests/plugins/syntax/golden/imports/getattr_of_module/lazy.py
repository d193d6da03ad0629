def _made():
    pass

def real():
    pass

def __getattr__(name):
    return _made
