def a():
    pass

def b():
    pass

for f in [a]:
    f()
else:
    b()
