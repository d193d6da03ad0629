def one():
    pass

def two():
    pass

def three():
    pass

def first():
    for action in (one, two):
        action()

def second():
    for action in (one,):
        pass
    for action in (two,):
        action()

def again():
    action = one
    for _ in range(2):
        action()
        action = two
        action = three
    return action

def stopped():
    action = one
    while True:
        action = two
        if action:
            action = three
            break
        action = one
    action()

first()
second()
again()
stopped()
