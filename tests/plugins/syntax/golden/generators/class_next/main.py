class It:
    def __init__(self, f):
        self.f = f

    def __iter__(self):
        return self

    def __next__(self):
        if self.f is None:
            raise StopIteration
        f, self.f = self.f, None
        return f

def w():
    pass

for f in It(w):
    f()
