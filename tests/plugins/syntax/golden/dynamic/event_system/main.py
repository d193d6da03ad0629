class Signal:
    def __init__(self):
        self._handlers = []

    def connect(self, handler):
        self._handlers.append(handler)
        return handler

    def send(self, *args):
        for handler in self._handlers:
            handler(*args)

changed = Signal()
deleted = Signal()

@changed.connect
def on_change(x):
    pass

def on_delete(x):
    pass

deleted.connect(on_delete)

def fire():
    changed.send(1)

fire()
deleted.send(2)
