def origin():
    return 10


def scale(n):
    return n * 2


result = (lambda n: scale(n))(origin())
nested = (lambda f: (lambda x: f(f(x))))(scale)(1)
with_default = (lambda n, f=scale: f(n))(5)
starred = (lambda *fs: [f() for f in fs])(origin, lambda: scale(1))

assert result == 20
assert nested == 4
assert with_default == 10
assert starred == [10, 2]
