def work():
    pass

def _hidden():
    pass
