def one():
    pass

def two():
    pass

def run(*actions):
    for action in actions:
        action()

run(one, two)
