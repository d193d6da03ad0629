def one():
    pass

def table():
    return {"a": one}

table()["a"]()
