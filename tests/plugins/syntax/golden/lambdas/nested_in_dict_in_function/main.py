def table():
    return {"x": lambda: work()}

def work():
    pass

table()["x"]()
