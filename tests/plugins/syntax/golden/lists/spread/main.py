def one():
    pass

first = [one]
for action in [*first]:
    action()
