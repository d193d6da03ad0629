def one():
    pass

def two():
    pass

table = {"one": one, "two": two}

def run(key):
    table[key]()

run("two")
