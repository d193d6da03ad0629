def a():
    return 1


def b():
    return 2


base = [a]
copy = base[:]
copy[0]()
both = base + [b]
for f in both:
    f()
for f in reversed(both):
    f()
many = [a] * 2
many[1]()
nested = [[a], [b]]
nested[1][0]()
flat = [f for row in nested for f in row]
flat[0]()
base.extend([b])
base.insert(0, a)
for i in range(len(base)):
    base[i]()
set_of = set(base)
for f in sorted(set_of, key=str):
    f()
