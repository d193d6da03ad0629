def log(function):
    def wrapper():
        function()
    return wrapper

@log
def work():
    pass

work()
