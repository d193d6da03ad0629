def repeat(times):
    def decorator(function):
        def wrapper():
            function()
        return wrapper
    return decorator

@repeat(3)
def work():
    pass

work()
