from functools import partial

def run(action, value):
    action(value)

def show(value):
    pass

bound = partial(run, show)
bound(1)
