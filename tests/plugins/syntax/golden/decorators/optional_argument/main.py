def log(function=None, *, level=1):
    def decorator(wrapped):
        def wrapper():
            wrapped()
        return wrapper
    if function is not None:
        return decorator(function)
    return decorator

@log
def work():
    pass

work()
