from contextlib import ExitStack, contextmanager

events = []


@contextmanager
def section(name):
    enter(name)
    try:
        yield name.upper()
    finally:
        leave(name)


def enter(name):
    events.append("+" + name)


def leave(name):
    events.append("-" + name)


class Lock:
    def __enter__(self):
        events.append("lock")
        return self

    def __exit__(self, *exc_info):
        events.append("unlock")
        return False


def farewell(word):
    events.append(word)


with section("a") as label, Lock():
    events.append(label)
with ExitStack() as stack:
    stack.callback(farewell, "bye")
    stack.enter_context(Lock())
assert events == ["+a", "lock", "A", "unlock", "-a", "lock", "unlock", "bye"]
