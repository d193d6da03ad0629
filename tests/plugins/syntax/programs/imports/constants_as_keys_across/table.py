from keys import START, STOP, NEVER


def start():
    return 1


def stop():
    return 2


def never():
    return 3


TABLE = {START: start, STOP: stop, NEVER: never}
