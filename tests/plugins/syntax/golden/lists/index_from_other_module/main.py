from settings import INDEX

def one():
    pass

def two():
    pass

actions = [one, two]
actions[INDEX]()
