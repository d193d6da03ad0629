def dispatch(action, **handlers):
    handler = handlers.get(action)
    if handler is None:
        return fallback(action)
    return handler()


def start():
    return "started"


def stop():
    return "stopped"


def pause():
    # Supplied as a handler, never dispatched to.
    return "paused"


def fallback(action):
    return "no " + action


assert dispatch("start", start=start, pause=pause) == "started"
assert dispatch("stop", start=pause, stop=stop) == "stopped"
assert dispatch("jump", start=pause) == "no jump"
