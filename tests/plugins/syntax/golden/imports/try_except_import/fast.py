raise ImportError("no")

def work():
    pass
