def join():
    pass
