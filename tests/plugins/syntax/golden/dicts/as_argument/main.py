def one():
    pass

def run(table):
    table["a"]()

run({"a": one})
