def fallback():
    pass

def chosen():
    pass

def run(f=None):
    f = f or fallback
    f()

run()
run(chosen)
