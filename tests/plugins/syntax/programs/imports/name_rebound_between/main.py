from first import act

act()
from second import act

act()


def later():
    return act()


later()
