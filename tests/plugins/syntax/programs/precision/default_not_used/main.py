def default():
    return 1


def other():
    return 2


def run(action=default):
    return action()


run(other)
run()


def keyed(*, action=default, spare=None):
    return action()


keyed(action=other)
