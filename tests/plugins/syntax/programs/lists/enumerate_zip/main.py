def double(n):
    return n * 2


def negate(n):
    return -n


def square(n):
    return n * n


def extra(n):
    # zip() stops before this one.
    return n


functions = [double, negate, square, extra]
values = [1, 2, 3]
results = [func(value) for func, value in zip(functions, values)]
assert results == [2, -2, 9]

for position, func in enumerate([negate, double]):
    values[position] = func(position + 1)
assert values == [-1, 4, 3]

total = 0
for func in reversed([square, double]):
    total = func(total + 1)
assert total == 9
