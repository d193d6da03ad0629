from tool._version import version


def info():
    return version()
