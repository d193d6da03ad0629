def one():
    pass

def two():
    pass

key = "one"
table = {"one": one, "two": two}
table[key]()
