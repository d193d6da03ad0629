def loop(n, f):
    if n == 0:
        f()
    else:
        loop(n - 1, f)

def done():
    pass

loop(2, done)
