def a():
    pass

def b():
    pass

def c():
    pass

head, *tail = [a, b, c]
tail[0]()
tail[1]()
