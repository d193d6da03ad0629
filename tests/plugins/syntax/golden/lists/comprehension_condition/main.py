def keep(x):
    return True

def one():
    pass

[f() for f in [one] if keep(f)]
