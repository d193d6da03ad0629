def f():
    pass

d = {"a": f}
g = (v for v in d.values())
for x in g:
    x()
