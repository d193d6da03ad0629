from functools import cmp_to_key


def compare(a, b):
    return a - b


sorted([2, 1], key=cmp_to_key(compare))
