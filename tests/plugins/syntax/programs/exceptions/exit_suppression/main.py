class Abort(Exception):
    def code(self):
        return 3


class Guard:
    def __init__(self, handler):
        self.handler = handler
        self.result = None

    def __enter__(self):
        return self

    def __exit__(self, kind, exc, tb):
        if exc is not None:
            self.result = self.handler(exc)
        return True


def to_code(exc):
    return exc.code()


def step():
    raise Abort()


def after():
    return "outside"


with Guard(to_code) as guard:
    step()
assert after() == "outside"
assert guard.result == 3
