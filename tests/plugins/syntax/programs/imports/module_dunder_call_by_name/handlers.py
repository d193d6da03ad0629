def handle_get():
    return 1


def handle_post():
    return 2


def other():
    return 3


other()
