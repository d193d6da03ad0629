class Foo:
    def m(self):
        pass

def f(items: list[Foo]):
    for x in items:
        x.m()

def g(items: dict[str, Foo]):
    for x in items.values():
        x.m()
    items["a"].m()
