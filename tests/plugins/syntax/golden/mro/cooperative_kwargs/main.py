class Root:
    def __init__(self, **kw):
        pass

class A(Root):
    def __init__(self, *, a, **kw):
        super().__init__(**kw)
        a()

class B(Root):
    def __init__(self, *, b, **kw):
        super().__init__(**kw)
        b()

class C(A, B):
    pass

def one():
    pass

def two():
    pass

C(a=one, b=two)
