import functools

def log(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)
    return wrapper

@log
def work(action):
    action()

def one():
    pass

work(one)
