def one():
    return 1


def two():
    return 2


action = one


def local():
    action = two
    return action()


def reads():
    return action()


local()
reads()
