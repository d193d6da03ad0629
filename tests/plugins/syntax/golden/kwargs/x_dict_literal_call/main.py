def run(f, *, g):
    f()
    g()

def a():
    pass

def b():
    pass

run(**{"f": a, "g": b})
run(*[a], **dict(g=b))
