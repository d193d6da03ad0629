def _identity(value):
    return value


hook = _identity


def run_hook(value):
    return hook(value)
