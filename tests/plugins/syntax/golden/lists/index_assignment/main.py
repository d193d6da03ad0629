def one():
    pass

def two():
    pass

actions = [one, one]
actions[1] = two
actions[1]()
