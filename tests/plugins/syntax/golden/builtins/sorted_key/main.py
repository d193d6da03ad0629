def weight(x):
    return x

sorted([3, 1], key=weight)
