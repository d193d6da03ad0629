def weight(x):
    return x

items = [3, 1]
items.sort(key=weight)
