import clock
from clock import now


def stamp():
    # Looks the attribute up late, so it sees main's replacement.
    return "t=%d" % clock.now()


def cached():
    # Holds the original function object.
    return "c=%d" % now()
