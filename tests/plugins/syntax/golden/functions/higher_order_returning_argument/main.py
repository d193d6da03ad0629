def identity(x):
    return x

def one():
    pass

def two():
    pass

identity(one)()

def other():
    identity(two)()

other()
