def call(f, **kw):
    f(extra=extra, **kw)

def extra():
    pass

def target(extra, other):
    extra()
    other()

def other():
    pass

call(target, other=other)
