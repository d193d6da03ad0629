def one():
    pass

def two():
    pass

index = 1
actions = [one, two]
actions[index]()
