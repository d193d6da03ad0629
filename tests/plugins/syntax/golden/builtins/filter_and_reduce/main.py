from functools import reduce

def keep(x):
    return True

def add(a, b):
    return a

reduce(add, filter(keep, [1]))
