__all__ = ("f",)

def f():
    g()

def g():
    pass
