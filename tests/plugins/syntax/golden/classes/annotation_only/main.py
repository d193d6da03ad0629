class Foo:
    def m(self):
        pass

def f(x: Foo):
    x.m()
