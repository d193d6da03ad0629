import functools
import time

def timed(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        start = time.time()
        result = f(*args, **kwargs)
        report(time.time() - start)
        return result
    return wrapper

def report(t):
    pass

@timed
def compute(x):
    return inner(x)

def inner(x):
    return x

compute(1)
