def one():
    pass

def two():
    pass

table = {1: one, 2: two}
table[1]()
