from .. import settings


def configured():
    return settings.load()
