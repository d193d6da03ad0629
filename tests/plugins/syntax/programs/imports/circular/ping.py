import pong


def ping(n):
    return pong.pong(n - 1) if n else 0


def done():
    return "done"
