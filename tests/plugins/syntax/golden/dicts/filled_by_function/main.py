def one():
    pass

def fill(table, key):
    table[key] = one

table = {}
fill(table, "x")
table["x"]()
