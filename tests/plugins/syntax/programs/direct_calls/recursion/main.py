def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)


def is_even(n):
    if n == 0:
        return True
    return is_odd(n - 1)


def is_odd(n):
    if n == 0:
        return False
    return is_even(n - 1)


def flatten(tree):
    def walk(node):
        if isinstance(node, list):
            for child in node:
                walk(child)
        else:
            out.append(node)
    out = []
    walk(tree)
    return out


assert factorial(5) == 120
assert is_even(4) and not is_odd(4)
assert flatten([1, [2, [3]]]) == [1, 2, 3]
