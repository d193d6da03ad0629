def base():
    return 10


double = lambda n: n * 2
nested = lambda: (lambda: base())
never = lambda: 1 / 0


def use():
    local = lambda a, b=base(): a + b
    return local(1)


assert double(base()) == 20
assert nested()() == 10
assert (lambda n: double(n))(3) == 6
assert use() == 11
