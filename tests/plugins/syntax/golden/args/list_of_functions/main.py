def one():
    pass

def two():
    pass

def run(pair):
    first, second = pair
    second()

run((one, two))
