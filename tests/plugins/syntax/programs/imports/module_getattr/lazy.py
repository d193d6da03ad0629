def _make():
    return 1


def real():
    return 2


def __getattr__(name):
    if name == "thing":
        return _make
    raise AttributeError(name)
