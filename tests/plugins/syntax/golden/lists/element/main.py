def one():
    pass

def two():
    pass

actions = [one, two]
actions[1]()
