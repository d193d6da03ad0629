def fallback():
    return 1


def given():
    return 2


def run(action=None):
    action = action or fallback
    return action()


run()
run(given)


def other(action=None):
    if action is not None:
        return action()
    action = fallback
    return action()


other(given)
other()
