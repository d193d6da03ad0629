def open_small():
    return 1


def helper():
    return 2
