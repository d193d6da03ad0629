from math import prod


def mean(values):
    return sum(values) / len(values)


def product(values):
    return prod(values)


def largest(values):
    # Entry "max" is not requested.
    return max(values)


STATISTICS = {
    "mean": lambda values: mean(values),
    "product": lambda values: product(values),
    "max": lambda values: largest(values),
}


def evaluate(name, values):
    return STATISTICS[name](values)


assert evaluate("mean", [1, 3]) == 2
assert STATISTICS["product"]([2, 3]) == 6
