def backend():
    return "first"


def query(source=backend):
    return source()


def late():
    return backend()


def backend():
    return "second"


# The default keeps the first definition, the global lookup sees the second.
assert query() == "first"
assert late() == "second"
