def shared():
    return 1


def only_one():
    return shared()
