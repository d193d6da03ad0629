def run(**kw):
    opts = {"f": default, **kw}
    opts["f"]()

def default():
    pass

def mine():
    pass

run()
run(f=mine)
