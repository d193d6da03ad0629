def apply(f):
    f("x")

apply(print)
