class R:
    def __init__(self, f):
        self.f = f

def wrap(f):
    return R(f)

def w():
    pass

wrap(w).f()
