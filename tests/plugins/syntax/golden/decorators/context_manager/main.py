from contextlib import contextmanager

def one():
    pass

@contextmanager
def opened():
    yield one

with opened() as action:
    action()
