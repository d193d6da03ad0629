def maybe():
    pass
