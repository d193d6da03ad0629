def open_large():
    return 2
