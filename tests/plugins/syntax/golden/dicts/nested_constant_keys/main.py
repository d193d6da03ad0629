def one():
    pass

def two():
    pass

table = {"x": {"y": one}, "z": {"y": two}}
table["x"]["y"]()
