def work(x):
    return x

result = list(map(lambda v: work(v), [1]))
