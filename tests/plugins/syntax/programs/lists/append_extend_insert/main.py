callbacks = []


def on_open():
    return "open"


def on_read():
    return "read"


def on_write():
    return "write"


def on_close():
    return "close"


def subscribe(callback):
    callbacks.append(callback)


def fire():
    return [callback() for callback in callbacks]


subscribe(on_read)
callbacks.extend([on_write])
callbacks.insert(0, on_open)
callbacks += [on_close]
assert fire() == ["open", "read", "write", "close"]


def too_late():
    # Subscribed after the only fire().
    return "late"


subscribe(too_late)
