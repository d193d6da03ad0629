def apply_all(value, **transforms):
    for name, transform in transforms.items():
        value = transform(value)
    return value


def check_all(value, **checks):
    return all(check(value) for check in checks.values())


def add_one(n):
    return n + 1


def times_ten(n):
    return n * 10


def is_int(n):
    return isinstance(n, int)


def is_even(n):
    return n % 2 == 0


assert apply_all(1, first=add_one, second=times_ten) == 20
assert check_all(20, integer=is_int, even=is_even)
