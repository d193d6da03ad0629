from shop.order import Order

Order().total()
