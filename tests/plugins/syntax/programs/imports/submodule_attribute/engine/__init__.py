from . import ignition


def start():
    return ignition.fire()
