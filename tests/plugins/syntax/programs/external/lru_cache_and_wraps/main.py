from functools import cached_property, lru_cache, wraps


@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def logged(func):
    @wraps(func)
    def inner(*args):
        log(func.__name__)
        return func(*args)

    return inner


names = []


def log(name):
    names.append(name)


@logged
def area(side):
    return side * side


class Report:
    @cached_property
    def total(self):
        return self.expensive()

    def expensive(self):
        return 42


report = Report()
assert fib(10) == 55
assert area(2) == 4
assert report.total + report.total == 84
