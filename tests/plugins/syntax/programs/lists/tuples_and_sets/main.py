def load():
    return "load"


def save():
    return "save"


def quit_app():
    return "quit"


MENU = (("l", load), ("s", save), ("q", quit_app))


def choose(letter):
    for key, action in MENU:
        if key == letter:
            return action()
    return unknown()


def unknown():
    return "?"


def alpha():
    return 1


def beta():
    return 2


hooks = {alpha, beta, alpha}
assert sum(hook() for hook in hooks) == 3
assert [choose(k) for k in "lsqx"] == ["load", "save", "quit", "?"]
