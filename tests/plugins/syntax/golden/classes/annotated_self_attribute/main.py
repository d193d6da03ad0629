class Foo:
    def m(self):
        pass

class Bar:
    def __init__(self, foo: Foo) -> None:
        self._foo = foo

    def run(self):
        self._foo.m()
