def run(pair):
    first, second = pair
    first()
    second()

def one():
    pass

def two():
    pass

run((one, two))
