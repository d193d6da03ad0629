def f():
    pass

d = {"a": f}
for k, v in sorted(d.items()):
    v()
