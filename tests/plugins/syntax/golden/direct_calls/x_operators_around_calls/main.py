def a():
    return 1

def b():
    return 2

x = not a()
y = a() < b() < 3
z = -a() + b() * 2
w = [*[a()], b()]
v = {"k": a(), **{"j": b()}}
assert a(), b()
