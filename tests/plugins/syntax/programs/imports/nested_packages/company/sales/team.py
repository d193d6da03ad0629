def lead():
    return members()[0]


def members():
    return ["ann", "bob"]
