class A(Exception):
    pass

def f():
    try:
        g()
    except A:
        raise

def g():
    raise A

try:
    f()
except A:
    pass
