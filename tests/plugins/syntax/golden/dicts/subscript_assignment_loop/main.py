def one():
    pass

def two():
    pass

table = {}
for i, f in enumerate([one, two]):
    table[i] = f
table[0]()
table[1]()
