def helper():
    return only_a()


def only_a():
    return 1
