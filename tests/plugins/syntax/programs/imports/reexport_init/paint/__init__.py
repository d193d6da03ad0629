from .colours import blend as mix
from .tools import Brush


def dip(brush, colour):
    return brush.describe() + " in " + colour
