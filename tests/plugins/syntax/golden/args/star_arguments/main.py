def one():
    pass

def two():
    pass

def run(*actions):
    actions[0]()

run(one, two)
