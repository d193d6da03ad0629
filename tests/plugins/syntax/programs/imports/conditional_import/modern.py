def greet(name):
    return "hi " + name


def leave(name):
    return "bye " + name
