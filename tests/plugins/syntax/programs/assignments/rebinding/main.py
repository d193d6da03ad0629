def handler():
    return "old"


def replacement():
    return "new"


def handler_v3():
    return "v3"


saved = handler
handler = replacement
assert handler() == "new"
handler = handler_v3
assert handler() == "v3"
saved = None


def shadowed():
    return 1


def shadowed():
    return 2


assert shadowed() == 2
