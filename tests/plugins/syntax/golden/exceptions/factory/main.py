class NotFound(Exception):
    pass

def not_found(name):
    return NotFound(name)

def get():
    raise not_found("x")

try:
    get()
except NotFound:
    pass
