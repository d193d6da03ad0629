def one():
    pass

def two():
    pass

def run(a, b):
    b()

pair = [one, two]
run(*pair)
