def encode():
    return 1


def decode():
    return 1
