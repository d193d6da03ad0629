def log(function):
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        return result
    return wrapper

def leaf():
    pass

def other():
    pass

@log
def get():
    return leaf

@log
def get_other():
    return other

get()()
