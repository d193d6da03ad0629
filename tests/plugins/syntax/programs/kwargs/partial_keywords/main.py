from functools import partial


def convert(value, *, parse, show):
    return show(parse(value))


def from_hex(text):
    return int(text, 16)


def from_dec(text):
    return int(text)


def in_brackets(n):
    return "[%d]" % n


def in_braces(n):
    # The partial's keyword is overridden at call time.
    return "{%d}" % n


hex_reader = partial(convert, parse=from_hex, show=in_brackets)
dec_reader = partial(convert, parse=from_dec, show=in_braces)
assert hex_reader("ff") == "[255]"
assert dec_reader("7", show=in_brackets) == "[7]"
