def subtotal(items):
    return sum(items)


def subtotal_net(items):
    # Not imported anywhere.
    return subtotal(items)
