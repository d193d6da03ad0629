def base_case():
    return 1


fact = lambda n: base_case() if n == 0 else n * fact(n - 1)

even = lambda n: True if n == 0 else odd(n - 1)
odd = lambda n: False if n == 0 else even(n - 1)

fix = lambda f: lambda x: f(fix(f), x)


def length(recurse, items):
    return 0 if not items else 1 + recurse(items[1:])


assert fact(4) == 24
assert even(4) and not odd(4)
assert fix(length)([1, 2, 3]) == 3
