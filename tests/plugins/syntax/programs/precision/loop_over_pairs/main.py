def f1():
    return 1


def f2():
    return 2


def g1():
    return 1


def g2():
    return 2


for f, g in [(f1, g1), (f2, g2)]:
    f()
for name, (f, g) in {"x": (f1, g1)}.items():
    g()
for index, h in enumerate((g2,)):
    h()
for p, q in zip([f1, f2], [g1, g2]):
    q()
