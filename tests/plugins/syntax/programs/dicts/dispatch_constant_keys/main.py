def do_open():
    return "open"


def do_close():
    return "close"


def do_lock():
    return "lock"


ACTIONS = {"open": do_open, "close": do_close, "lock": do_lock}


def main():
    assert ACTIONS["open"]() == "open"
    closer = ACTIONS["close"]
    assert closer() == "close"


main()
