def setup():
    return 2


def run():
    return 2
