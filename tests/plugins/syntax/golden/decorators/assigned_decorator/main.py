def log(function):
    def wrapper():
        function()
    return wrapper

trace = log

@trace
def work():
    pass

work()
