from contextlib import contextmanager

class Db:
    @contextmanager
    def session(self):
        s = Session()
        try:
            yield s
        finally:
            s.close()

class Session:
    def add(self):
        pass

    def close(self):
        pass

with Db().session() as s:
    s.add()
