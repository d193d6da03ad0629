def setup():
    return 1


def run():
    return 1
