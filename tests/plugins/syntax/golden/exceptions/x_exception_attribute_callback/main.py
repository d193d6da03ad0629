class Stop(Exception):
    def __init__(self, cb):
        self.cb = cb

def w():
    pass

def f():
    raise Stop(w)

try:
    f()
except Stop as s:
    s.cb()
