def work():
    pass

outer = lambda f: (lambda: f())
outer(work)()
