def one():
    pass

def two():
    pass

actions = [one, two]

def run(index):
    actions[index]()

run(1)
