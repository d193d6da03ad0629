from functools import wraps

def log(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

@log
def work(action):
    action()

def step():
    pass

work(step)
