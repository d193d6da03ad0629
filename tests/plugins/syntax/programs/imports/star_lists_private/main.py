from lib import *


def hidden():
    return "mine"


visible()
hidden()
_listed()
