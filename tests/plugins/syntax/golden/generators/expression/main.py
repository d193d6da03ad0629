def one():
    pass

for action in (f for f in [one]):
    action()
