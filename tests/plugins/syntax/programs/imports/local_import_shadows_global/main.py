from left import act


def inner():
    from right import act

    return act()


def outer():
    return act()


inner()
outer()
