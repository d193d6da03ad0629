def apply(callback):
    callback()

def first():
    pass

apply(first)
