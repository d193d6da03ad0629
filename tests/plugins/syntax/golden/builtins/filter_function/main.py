def keep(x):
    return True

out = [x for x in filter(keep, [1])]
