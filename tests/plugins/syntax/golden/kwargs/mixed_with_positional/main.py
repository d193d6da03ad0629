def one():
    pass

def two():
    pass

def run(a, b):
    a()

run(b=two, a=one)
