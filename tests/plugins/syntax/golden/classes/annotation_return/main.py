class Foo:
    def m(self):
        pass

def make() -> Foo:
    raise NotImplementedError

def use():
    make().m()
