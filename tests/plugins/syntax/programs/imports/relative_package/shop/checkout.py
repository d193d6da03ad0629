from . import tax
from .pricing import subtotal as _subtotal
from .discounts.seasonal import winter


def pay(items):
    amount = winter(_subtotal(items))
    return amount + tax.vat(amount)
