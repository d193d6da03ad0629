import contextlib

def risky():
    pass

with contextlib.suppress(ValueError):
    risky()
