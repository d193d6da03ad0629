class Item:
    def __init__(self):
        pass

    def use(self):
        pass

def build(cls):
    item = cls()
    item.use()

build(Item)
