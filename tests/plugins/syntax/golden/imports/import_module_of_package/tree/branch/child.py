def grow():
    pass
