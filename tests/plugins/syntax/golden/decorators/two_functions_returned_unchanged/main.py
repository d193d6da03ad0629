def register(function):
    return function

@register
def one():
    pass

@register
def two():
    pass

def first():
    one()

def second():
    two()
