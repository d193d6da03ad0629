def fallback():
    pass

def mine():
    pass

def run(**kw):
    f = kw.pop("f", fallback)
    f()

run(f=mine)
run()
