def new_cart():
    return []


def add(cart, name, price):
    cart.append((name, price))


def _private():
    return "cart"
