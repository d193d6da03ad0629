def rate():
    return 0


def apply_tax(amount):
    return amount + amount * rate()
