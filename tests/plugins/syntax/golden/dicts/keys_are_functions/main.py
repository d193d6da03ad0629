def one():
    pass

table = {one: 1}
for f in table:
    f()
