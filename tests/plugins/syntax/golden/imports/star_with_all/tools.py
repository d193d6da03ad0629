__all__ = ["work"]

def work():
    pass

def other():
    pass
