import functools

@functools.cache
def load():
    return compute()

def compute():
    pass

load()
