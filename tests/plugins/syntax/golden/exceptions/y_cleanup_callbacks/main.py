class Scope:
    def __init__(self):
        self.cbs = []

    def defer(self, f, *a):
        self.cbs.append((f, a))

    def __enter__(self):
        return self

    def __exit__(self, *e):
        for f, a in reversed(self.cbs):
            f(*a)

def close(x):
    pass

with Scope() as s:
    s.defer(close, 1)
