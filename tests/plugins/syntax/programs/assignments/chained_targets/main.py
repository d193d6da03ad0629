def ping():
    return "ping"


def pong():
    return "pong"


class Panel:
    pass


panel = Panel()
first = second = panel.action = ping
assert first() == "ping"
assert panel.action() == "ping"

slots = {}
slots["left"] = right = pong
assert slots["left"]() == right() == "pong"
