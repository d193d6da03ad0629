def combine(left, right, via):
    return via(left=left(), right=right())


def one():
    return 1


def two():
    return 2


def subtract(*, left, right):
    return left - right


def divide(right, left):
    return left / right


assert combine(right=one, via=subtract, left=two) == 1
assert combine(two, via=divide, right=one) == 2


def only_first(first, second=None, **ignored):
    # 'second' and everything in 'ignored' is dropped.
    return first()


def dropped():
    return "dropped"


assert only_first(second=dropped, third=dropped, first=one) == 1
