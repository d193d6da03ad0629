from shop import Cart, discounts
from shop.models import Item

cart = Cart()
cart.add(Item("x", 2))
cart.total(discounts.half)
cart.report()
