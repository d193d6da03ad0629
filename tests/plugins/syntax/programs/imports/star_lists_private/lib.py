__all__ = ["visible", "_listed"]


def visible():
    return hidden()


def _listed():
    return 1


def hidden():
    return 2
