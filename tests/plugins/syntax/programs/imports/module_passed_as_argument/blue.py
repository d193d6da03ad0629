def paint():
    return mix()


def mix():
    return 2
