def one():
    pass

def two():
    pass

def three():
    pass

part = [one, two, three][1:2]
part[0]()
