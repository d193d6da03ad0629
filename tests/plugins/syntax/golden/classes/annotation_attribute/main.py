class Foo:
    def m(self):
        pass

class Bar:
    foo: Foo

    def run(self):
        self.foo.m()
