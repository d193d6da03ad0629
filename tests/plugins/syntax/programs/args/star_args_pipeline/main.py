def strip(text):
    return text.strip()


def lower(text):
    return text.lower()


def dashes(text):
    return text.replace(" ", "-")


def pipeline(value, *steps):
    for step in steps:
        value = step(value)
    return value


def slugify(text):
    return pipeline(text, strip, lower, dashes)


assert slugify("  Hello World ") == "hello-world"
