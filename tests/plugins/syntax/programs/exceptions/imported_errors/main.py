import errors
from errors import ParseError as PE


def parse(text):
    if not text.isdigit():
        errors.fail(PE, text)
    return int(text)


def guarded(text, handlers):
    try:
        return parse(text)
    except errors.BaseError as exc:
        return handlers[type(exc)](exc)


def on_parse(exc):
    return exc.args[0]


def on_base(exc):
    return "base"


table = {PE: on_parse, errors.BaseError: on_base}
assert guarded("12", table) == 12
assert guarded("abcdef", table) == "parse abc"
