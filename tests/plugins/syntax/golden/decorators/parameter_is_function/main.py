def before():
    pass

def with_hook(hook):
    def decorator(function):
        def wrapper(*args):
            hook()
            return function(*args)
        return wrapper
    return decorator

@with_hook(before)
def work():
    pass

work()
