def log(function):
    def wrapper():
        function()
    return wrapper

def work():
    pass

logged = log(work)
logged()
