def substitute():
    return 2


def replace(function):
    return substitute


@replace
def original():
    return 1


original()


def drop(function):
    def other():
        return 3

    return other


@drop
def also():
    return 4


also()
