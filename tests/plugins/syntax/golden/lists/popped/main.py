def one():
    pass

actions = [one]
actions.pop()()
