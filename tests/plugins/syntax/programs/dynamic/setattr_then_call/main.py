class Record:
    pass


def to_text(self):
    return "record"


def to_json(self):
    return "{" + self.to_text() + "}"


def ping():
    return "pong"


def never_installed(self):
    return "none"


setattr(Record, "to_text", to_text)
for fn in (to_json,):
    setattr(Record, fn.__name__, fn)

r = Record()
assert r.to_text() == "record"
assert r.to_json() == "{record}"
setattr(r, "ping", ping)
assert r.ping() == "pong"
