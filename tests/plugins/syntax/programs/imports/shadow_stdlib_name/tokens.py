def join(parts):
    return "".join(parts)


def parse(text):
    return open(text)


def open(text):
    return text
