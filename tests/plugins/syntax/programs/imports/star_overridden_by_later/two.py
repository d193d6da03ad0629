def shared():
    return 2


def only_two():
    return shared()
