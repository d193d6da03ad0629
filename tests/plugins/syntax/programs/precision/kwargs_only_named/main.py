def a():
    return 1


def b():
    return 2


def run(**handlers):
    return handlers["first"]()


def named(first, second):
    return second()


run(first=a, second=b)
named(second=b, first=a)
named(**{"first": a, "second": b})
named(*[a, b])
