from second import middle


def start():
    return middle()
