class Point:
    __match_args__ = ("f",)

    def __init__(self, f):
        self.f = f

def go():
    pass

match Point(go):
    case Point(f):
        f()
