def one():
    pass

def two():
    pass

def run(action):
    action = two
    action()

run(one)
