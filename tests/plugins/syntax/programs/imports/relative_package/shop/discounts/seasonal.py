from ..pricing import subtotal
from ..tax import RATE


def winter(amount):
    return subtotal([amount, 0])
