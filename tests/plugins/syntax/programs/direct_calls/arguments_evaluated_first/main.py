order = []


def first():
    order.append("first")
    return 1


def second():
    order.append("second")
    return 2


def default_value():
    order.append("default")
    return 3


def combine(a, b, c=default_value()):
    order.append("combine")
    return a + b + c


def annotated(value: int = first()) -> int:
    return value


assert combine(first(), b=second()) == 6
assert annotated() == 1
assert order == ["default", "first", "first", "second", "combine"]
