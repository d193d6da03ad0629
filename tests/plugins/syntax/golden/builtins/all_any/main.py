def p(x):
    return x

all([p(1), p(2)])
any(map(p, [1]))
