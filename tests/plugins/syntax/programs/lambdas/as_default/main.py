def fmt(n):
    return "#%d" % n


def show(n, formatter=lambda value: fmt(value)):
    return formatter(n)


def ident(n, hook=lambda value: never(value)):
    # Always invoked with an explicit hook.
    return hook(n)


def never(value):
    return value


def stars(n):
    return "*" * n


assert show(3) == "#3"
assert show(3, stars) == "***"
assert ident(2, hook=lambda value: stars(value)) == "**"
