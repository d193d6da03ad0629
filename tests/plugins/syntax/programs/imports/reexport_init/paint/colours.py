def blend(a, b):
    return a + "+" + b


def mix(a, b):
    # Same name as the public alias, but not what is exported.
    return None
