def given():
    return 1


def fallback():
    return 2


def run(action):
    action = fallback
    return action()


run(given)


def maybe(action=None):
    if action is None:
        action = fallback
    return action()


maybe()
