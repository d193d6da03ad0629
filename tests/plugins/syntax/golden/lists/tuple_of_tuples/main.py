def a():
    pass

def b():
    pass

table = ((1, a), (2, b))
table[1][1]()
