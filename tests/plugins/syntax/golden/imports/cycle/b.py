import a

def two():
    a.one()
