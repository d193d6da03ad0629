def a():
    return 1

def b():
    return 2

list(map(lambda f: f(), [a, b]))
