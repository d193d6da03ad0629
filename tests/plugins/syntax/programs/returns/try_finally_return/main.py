def risky(flag):
    try:
        if flag:
            raise ValueError(flag)
        return on_success
    except ValueError:
        return on_failure
    finally:
        cleanup()


events = []


def cleanup():
    events.append("cleanup")


def on_success():
    return "ok"


def on_failure():
    return "failed"


def overridden():
    try:
        return lost
    finally:
        for _ in range(1):
            events.append("over")


def lost():
    # Returned but not invoked by the caller.
    return None


assert risky(False)() == "ok"
assert risky(True)() == "failed"
assert callable(overridden())
assert events == ["cleanup", "cleanup", "over"]
