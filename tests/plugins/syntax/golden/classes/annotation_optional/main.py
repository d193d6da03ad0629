from typing import Optional

class Foo:
    def m(self):
        pass

def f(x: Optional[Foo] = None):
    x.m()

def g(x: "Foo | None"):
    x.m()
