def one():
    pass

def inner(**options):
    options["action"]()

def outer(**options):
    options["action"] = one
    inner(**options)

outer()
