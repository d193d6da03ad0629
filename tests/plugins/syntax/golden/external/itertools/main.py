import itertools

def f():
    pass

for g in itertools.islice([f], 1):
    g()
for g, h in itertools.product([f], [f]):
    g()
list(itertools.count.__mro__)
