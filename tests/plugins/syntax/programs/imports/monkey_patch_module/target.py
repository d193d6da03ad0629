def helper():
    return "old"


def act():
    return helper()
