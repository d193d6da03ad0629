from functools import partial

def run(action, value):
    return action(value)

def show(v):
    return v

p = partial(run, show)
p(1)
