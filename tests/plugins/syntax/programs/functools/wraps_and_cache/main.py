import functools


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        before()
        result = function(*args, **kwargs)
        return result

    return wrapper


def before():
    return 1


class Service:
    @logged
    def one(self):
        return self.two()

    @functools.cache
    def two(self):
        return three()

    @functools.cached_property
    def four(self):
        return three()

    @staticmethod
    @logged
    def five():
        return three()

    @classmethod
    @logged
    def six(cls):
        return cls().two()


def three():
    return 3


Service().one()
Service().four
Service.five()
Service.six()
compare = functools.cmp_to_key(lambda a, b: three())
sorted([2, 1], key=compare)
functools.reduce(lambda a, b: three(), [1, 2])
bound = functools.partial(Service.two)
bound(Service())
