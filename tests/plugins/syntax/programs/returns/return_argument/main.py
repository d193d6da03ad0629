def passthrough(func):
    return func


def second_of(first, second):
    return second


def register(func):
    handlers.append(func)
    return func


handlers = []


def ping():
    return "ping"


def pong():
    return "pong"


@register
def decorated():
    return "decorated"


@passthrough
@register
def doubly():
    # Registered and passed through, never run.
    return "doubly"


assert passthrough(ping)() == "ping"
assert second_of(doubly, pong)() == "pong"
assert handlers[0]() == "decorated"
assert passthrough(passthrough)(ping)() == "ping"
