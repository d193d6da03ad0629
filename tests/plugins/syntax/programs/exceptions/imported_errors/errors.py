class BaseError(Exception):
    def __init__(self, detail):
        super().__init__(self.format(detail))

    def format(self, detail):
        return "base " + detail


class ParseError(BaseError):
    def format(self, detail):
        return "parse " + shorten(detail)


def shorten(text):
    return text[:3]


def fail(error_class, detail):
    raise error_class(detail)
