from product import Product

class Factory:
    def make(self):
        return Product()
