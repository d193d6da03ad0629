import shop
from shop import checkout
from shop.cart import *


def main():
    cart = new_cart()
    add(cart, "tea", 3)
    add(cart, "cup", 4)
    assert checkout(cart) == 7
    assert shop.tax.rate() == 0
    assert _private() == "main"


def _private():
    return "main"


main()
