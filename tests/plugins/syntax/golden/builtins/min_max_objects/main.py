def size(x):
    return len(x)

max("a", "bb", key=size)
min(["a", "b"], key=size)
