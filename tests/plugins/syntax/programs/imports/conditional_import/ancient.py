def greet(name):
    # Other branch, the module is not even loaded.
    return "hail " + name


def leave(name):
    return "farewell " + name
