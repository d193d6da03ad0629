def event(payload):
    for handler_name in ("before", "after"):
        handler = getattr(event, handler_name)
        handler(payload)
    return event.finish(payload)


def before(payload):
    payload.append("before")


def after(payload):
    payload.append("after")


def finish(payload):
    return len(payload)


def old_finish(payload):
    # Replaced before event() runs.
    return -1


event.before = before
event.after = after
event.finish = old_finish
event.finish = finish

log = []
assert event(log) == 2
assert log == ["before", "after"]
