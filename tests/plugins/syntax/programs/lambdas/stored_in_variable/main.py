def helper(x):
    return x + 1


def other(x):
    return x - 1


inc = lambda x: helper(x)
dec = lambda x: other(x)
unused = lambda x: other(helper(x))

alias = inc
inc = dec

assert alias(1) == 2
assert inc(1) == 0
