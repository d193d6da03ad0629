import functools


def quiet(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


@quiet
def work():
    pass


work.__wrapped__()
