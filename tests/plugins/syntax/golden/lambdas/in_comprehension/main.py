def work():
    pass

actions = [lambda: f() for f in [work]]
actions[0]()
