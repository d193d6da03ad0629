def one():
    pass

def two():
    pass

results = [action() for action in [one, two]]
