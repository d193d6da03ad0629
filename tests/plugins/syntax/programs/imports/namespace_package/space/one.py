from .inner.two import go as further


def go():
    return further()
