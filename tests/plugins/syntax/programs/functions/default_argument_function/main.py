def plain(text):
    return text


def loud(text):
    return text.upper()


def quiet(text):
    # Default of a function that is always called with an override.
    return text.lower()


def greet(name, style=plain):
    return style("hello " + name)


def warn(name, style=quiet):
    return style("beware " + name)


assert greet("bo") == "hello bo"
assert greet("bo", loud) == "HELLO BO"
assert warn("bo", style=loud) == "BEWARE BO"
