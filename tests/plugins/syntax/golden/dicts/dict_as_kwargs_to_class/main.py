class A:
    def __init__(self, f):
        self.f = f

def w():
    pass

conf = {"f": w}
A(**conf).f()
