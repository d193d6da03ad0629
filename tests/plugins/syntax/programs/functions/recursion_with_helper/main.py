def is_leaf(node):
    return not isinstance(node, tuple)


def weight(node):
    return len(node)


def tree_sum(node):
    if is_leaf(node):
        return weight(node)
    return sum_children(node)


def sum_children(node):
    total = 0
    for child in node:
        total += tree_sum(child)
    return total


def power(base, exponent):
    if exponent == 0:
        return 1
    return base * power(base, exponent - 1)


assert tree_sum(("ab", ("c", "def"), ())) == 6
assert power(2, 10) == 1024
