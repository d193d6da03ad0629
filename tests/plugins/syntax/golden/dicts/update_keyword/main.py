def two():
    pass

table = {}
table.update(b=two)
table["b"]()
