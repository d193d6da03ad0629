import contextlib


class Session:
    def commit(self):
        return 1

    def close(self):
        return 2


@contextlib.contextmanager
def session():
    s = Session()
    try:
        yield s
        s.commit()
    finally:
        s.close()


class Scope(contextlib.ContextDecorator):
    def __enter__(self):
        return self.begin()

    def __exit__(self, *exc):
        return False

    def begin(self):
        return self

    def name(self):
        return "x"


@Scope()
def decorated():
    return inner()


def inner():
    return 1


with session() as s, Scope() as scope:
    s.commit()
    scope.name()
decorated()
with contextlib.closing(Session()) as closing:
    closing.commit()
with contextlib.nullcontext(Session()) as nothing:
    nothing.commit()
stack = contextlib.ExitStack()
stack.push(lambda *exc: inner())
stack.callback(inner)
stack.close()
