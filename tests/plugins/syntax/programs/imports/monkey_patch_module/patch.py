import target


def new_helper():
    return "new"


def apply():
    target.helper = new_helper
