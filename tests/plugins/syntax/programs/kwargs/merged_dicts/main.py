def connect_slow():
    return "slow"


def connect_fast():
    return "fast"


def log_quiet(message):
    return message


def log_loud(message):
    # Default that is overridden in each of the merges below.
    return message.upper()


DEFAULTS = dict(connect=connect_slow, log=log_loud)


def client(connect, log):
    return log(connect())


assert client(**{**DEFAULTS, "log": log_quiet}) == "slow"
assert client(**(DEFAULTS | {"connect": connect_fast, "log": log_quiet})) == "fast"
