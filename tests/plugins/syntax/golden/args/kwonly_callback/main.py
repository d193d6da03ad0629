def retry(*, action, on_error=None):
    try:
        return action()
    except ValueError:
        if on_error:
            on_error()

def act():
    raise ValueError("x")

def err():
    pass

retry(action=act, on_error=err)
