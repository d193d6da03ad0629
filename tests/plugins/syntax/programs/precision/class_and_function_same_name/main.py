class Maker:
    def make(self):
        return make()


def make():
    return Product()


class Product:
    def __init__(self):
        self.kind = kind()

    def use(self):
        return self.kind


def kind():
    return 1


Maker().make().use()
