from functools import partial

def run(value, action=None):
    return action(value)

def show(v):
    return v

partial(run, action=show)(1)
