def one():
    pass

def two():
    pass

def three():
    pass

actions = [one, two, three]
for action in actions[1:]:
    action()
