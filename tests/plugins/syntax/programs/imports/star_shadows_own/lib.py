def act():
    return "lib"


def only():
    return act()
