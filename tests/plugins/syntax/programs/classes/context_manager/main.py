from contextlib import contextmanager, ExitStack


class Resource:
    def __enter__(self):
        return self.open()

    def __exit__(self, *exc):
        self.close()

    def open(self):
        return Handle()

    def close(self):
        return 1


class Handle:
    def use(self):
        return 1


@contextmanager
def managed():
    before()
    yield Handle()
    after()


def before():
    return 1


def after():
    return 1


with Resource() as handle:
    handle.use()
with managed() as other:
    other.use()
with ExitStack() as stack:
    stack.enter_context(managed()).use()
    stack.callback(after)
