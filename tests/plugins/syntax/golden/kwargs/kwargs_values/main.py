def run(**kw):
    for name, f in kw.items():
        f()

def a():
    pass

run(x=a)
