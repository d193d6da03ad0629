def one():
    pass

def two():
    pass

pair = (one, two)
first, second = pair
second()
