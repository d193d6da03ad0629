class Event:
    def __init__(self):
        self._handlers = []

    def __iadd__(self, handler):
        self._handlers.append(handler)
        return self

    def subscribe(self, handler):
        self._handlers.append(handler)
        return handler

    def fire(self, *args):
        for handler in list(self._handlers):
            handler(*args)


changed = Event()


@changed.subscribe
def on_changed(value):
    return value


def also(value):
    return value


changed += also
changed.fire(1)
