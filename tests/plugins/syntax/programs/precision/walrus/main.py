def produce():
    return consume


def consume():
    return None


if (f := produce()) is not None:
    f()
values = [g() for name in ("a",) if (g := produce())]
