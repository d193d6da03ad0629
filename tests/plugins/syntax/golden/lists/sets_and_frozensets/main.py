def a():
    pass

s = {a}
s.add(a)
for f in s | frozenset([a]):
    f()
