def log(function):
    return function

def outer():
    @log
    def inner():
        pass
    inner()

outer()
