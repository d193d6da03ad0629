def one():
    pass

def two():
    pass

actions = [one]
actions += [two]
for action in actions:
    action()
