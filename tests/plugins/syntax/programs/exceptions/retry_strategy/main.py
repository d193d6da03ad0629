class Flaky(Exception):
    retryable = True

    def delay(self):
        return 1


class Fatal(Flaky):
    retryable = False


def make_source(failures):
    def source():
        if failures:
            raise failures.pop(0)
        return "data"
    return source


def fetch(source, on_fail):
    while True:
        try:
            return source()
        except Flaky as exc:
            if not exc.retryable:
                return on_fail(exc)
            assert exc.delay() == 1


def report(exc):
    return type(exc).__name__


assert fetch(make_source([Flaky(), Flaky()]), report) == "data"
assert fetch(make_source([Flaky(), Fatal()]), report) == "Fatal"
