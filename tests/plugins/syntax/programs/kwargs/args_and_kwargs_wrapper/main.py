def traced(func):
    def wrapper(*args, **kwargs):
        before(func.__name__)
        return func(*args, **kwargs)

    return wrapper


trace = []


def before(name):
    trace.append(name)


@traced
def visit(items, *, visitor):
    return [visitor(item) for item in items]


@traced
def call(func, **kwargs):
    return func(**kwargs)


def upper(s):
    return s.upper()


def origin(x=0, y=0):
    return (x, y)


assert visit(["a"], visitor=upper) == ["A"]
assert call(origin, y=2) == (0, 2)
assert trace == ["visit", "call"]
