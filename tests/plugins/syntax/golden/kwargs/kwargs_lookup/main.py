def run(**kw):
    kw["go"]()
    kw.get("after")()

def a():
    pass

def b():
    pass

run(go=a, after=b)
