def make_adder(n):
    def adder(x):
        return x + n
    return adder


def make_maker():
    return make_adder


def choose(negative):
    if negative:
        return negate
    return keep


def negate(x):
    return -x


def keep(x):
    return x


assert make_adder(2)(3) == 5
assert make_maker()(1)(1) == 2
assert choose(True)(4) == -4
assert choose(False)(4) == 4
