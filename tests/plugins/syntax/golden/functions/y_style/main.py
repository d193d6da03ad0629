def apply_twice(f, x):
    return f(f(x))

def inc(x):
    return x + 1

apply_twice(inc, 1)
