from . import core


def start():
    return core.Engine().start()
