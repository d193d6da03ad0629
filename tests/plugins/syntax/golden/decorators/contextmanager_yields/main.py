from contextlib import contextmanager

@contextmanager
def opened():
    thing = Thing()
    yield thing
    thing.close()

class Thing:
    def use(self):
        pass

    def close(self):
        pass

with opened() as t:
    t.use()
