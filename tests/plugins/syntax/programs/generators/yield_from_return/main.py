def read_header():
    key = yield "header"
    return decode(key)


def read_body():
    part = yield "body"
    return part


def decode(key):
    return DECODERS[key]


def hexa(text):
    return int(text, 16)


def octal(text):
    # Selected by no message in this run.
    return int(text, 8)


DECODERS = {"x": hexa, "o": octal}


def protocol(sink):
    decoder = yield from read_header()
    body = yield from read_body()
    sink(decoder(body))
    yield "end"


out = []


def collect(value):
    out.append(value)


session = protocol(collect)
assert next(session) == "header"
assert session.send("x") == "body"
assert session.send("ff") == "end"
assert out == [255]
