def one():
    pass

def two():
    pass

def work():
    action()

action = one
action()
action = two
