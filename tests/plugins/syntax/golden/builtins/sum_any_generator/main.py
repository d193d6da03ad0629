def check(x):
    return x > 0

def size(x):
    return x

any(check(x) for x in [1])
sum(size(x) for x in [1])
