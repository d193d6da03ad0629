def one():
    pass

def register(table):
    table["x"] = one

t = {}
register(t)
t["x"]()
