def finish():
    return helper()


def helper():
    return 1


def middle():
    return 2


middle()
