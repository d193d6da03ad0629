def target(first=None, second=None):
    first()
    second()

def relay(**options):
    target(**options)

def one():
    pass

def two():
    pass

relay(first=one, second=two)
