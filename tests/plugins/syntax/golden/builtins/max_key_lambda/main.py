def weight(x):
    return x

max([1, 2], key=lambda x: weight(x))
