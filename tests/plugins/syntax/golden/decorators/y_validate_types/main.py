import functools
import inspect

def validate(f):
    sig = inspect.signature(f)

    @functools.wraps(f)
    def inner(*a, **k):
        bound = sig.bind(*a, **k)
        check(bound)
        return f(*bound.args, **bound.kwargs)
    return inner

def check(b):
    pass

@validate
def run(x):
    return use(x)

def use(x):
    pass

run(1)
