def add(a, b):
    return a + b


def sub(a, b):
    return a - b


def neg(a, b):
    return -a


OPS = {
    "+": add,
    "-": sub,
    "~": neg,
}


def evaluate(op, a, b):
    return OPS[op](a, b)


results = []
for symbol in "+-~":
    results.append(evaluate(symbol, 5, 2))
assert results == [7, 3, -5]
