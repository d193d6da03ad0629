from .tax import apply_tax


def checkout(cart):
    return apply_tax(subtotal(cart))


def subtotal(cart):
    return sum(price for _, price in cart)
