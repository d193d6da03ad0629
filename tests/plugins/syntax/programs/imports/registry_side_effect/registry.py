PLUGINS = {}


def register(func):
    PLUGINS[func.__name__] = func
    return func


def lookup(name):
    return PLUGINS[name]
