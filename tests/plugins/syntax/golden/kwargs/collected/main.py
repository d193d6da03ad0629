def one():
    pass

def two():
    pass

def run(**options):
    options["action"]()

run(action=one, other=two)
