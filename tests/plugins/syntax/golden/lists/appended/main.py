def one():
    pass

actions = []
actions.append(one)
for action in actions:
    action()
