def a():
    return 0

def b():
    return 1

def c():
    return True

x = [1, 2, 3][a():b()]
assert c()
y = f"{a()!r:>{b()}}"
