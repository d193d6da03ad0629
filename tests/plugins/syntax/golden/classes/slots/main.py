class P:
    __slots__ = ("f",)

    def __init__(self, f):
        self.f = f

def work():
    pass

P(work).f()
