class Signal:
    def __init__(self):
        self.handlers = []

    def __iadd__(self, handler):
        self.handlers.append(handler)
        return self

    def __isub__(self, handler):
        self.handlers.remove(handler)
        return self

    def emit(self):
        for handler in self.handlers:
            handler()


class Window:
    def __init__(self):
        self.closed = Signal()


def on_close():
    return 1


window = Window()
window.closed += on_close
window.closed.emit()
