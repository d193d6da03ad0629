def saw():
    return 1


def cut():
    return 2
