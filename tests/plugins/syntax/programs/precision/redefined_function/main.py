def first():
    return 1


def second():
    return 2


action = first
action = second
action()


def use():
    chosen = first
    chosen = second
    return chosen()


use()
