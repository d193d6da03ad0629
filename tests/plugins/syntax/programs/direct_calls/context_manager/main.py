from contextlib import contextmanager

log = []


class Timer:
    def __enter__(self):
        self.mark("begin")
        return self

    def __exit__(self, exc_type, exc, tb):
        self.mark("end")
        return False

    def mark(self, label):
        log.append(label)


@contextmanager
def section(name):
    enter(name)
    yield name
    leave(name)


def enter(name):
    log.append("+" + name)


def leave(name):
    log.append("-" + name)


with Timer() as timer, section("s") as s:
    timer.mark(s)
assert log == ["begin", "+s", "s", "-s", "end"]
