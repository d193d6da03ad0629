class A:
    def m(self):
        pass

def all_of():
    for a in {"x": A()}.values():
        yield a

[a.m() for a in all_of()]
