def helper():
    return only_b()


def only_b():
    return 1
