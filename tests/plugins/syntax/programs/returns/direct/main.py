def hello():
    return "hello"


def goodbye():
    return "goodbye"


def get_hello():
    return hello


def get_goodbye():
    # The result is stored and dropped, goodbye itself is not run.
    return goodbye


assert get_hello()() == "hello"
later = get_goodbye()
greeting = get_hello()
assert greeting() == "hello"
