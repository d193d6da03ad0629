from .circle import circle
from .circle import area as _area


def area():
    return _area()
