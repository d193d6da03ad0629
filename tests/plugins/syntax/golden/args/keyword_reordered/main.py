def run(first, second):
    first()

def one():
    pass

def two():
    pass

run(second=two, first=one)
