class Bus:
    def __init__(self):
        self.listeners = {}

    def on(self, event, fn):
        self.listeners.setdefault(event, []).append(fn)

    def emit(self, event, payload):
        return [fn(payload) for fn in self.listeners.get(event, [])]


def log_it(payload):
    return "log " + payload


def mail_it(payload):
    return "mail " + payload


def page_it(payload):
    return "page " + payload


bus = Bus()
bus.on("sale", log_it)
bus.on("sale", mail_it)
bus.on("fire", page_it)
assert bus.emit("sale", "x") == ["log x", "mail x"]
assert bus.emit("none", "x") == []
