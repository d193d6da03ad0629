DEBUG = False


def verbose(message):
    # Debug branch only.
    return "[debug] " + message


def terse(message):
    return message


log = (lambda m: verbose(m)) if DEBUG else (lambda m: terse(m))
fallback = None or (lambda: terse("none"))


def choose(n):
    return {True: lambda: small(), False: lambda: big()}[n < 10]


def small():
    return "small"


def big():
    return "big"


assert log("hi") == "hi"
assert fallback() == "none"
assert choose(1)() + choose(11)() == "smallbig"
