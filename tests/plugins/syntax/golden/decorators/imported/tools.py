def log(function):
    def wrapper():
        function()
    return wrapper
