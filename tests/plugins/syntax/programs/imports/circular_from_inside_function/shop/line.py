class Line:
    def __init__(self, order):
        self.order = order

    def price(self):
        from shop.order import discount

        return self.order.rate() - discount()
