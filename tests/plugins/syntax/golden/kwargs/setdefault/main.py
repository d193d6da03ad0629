def run(**kw):
    kw.setdefault("f", fallback)
    work(**kw)

def fallback():
    pass

def work(f):
    f()

run()
