class Item:
    def show(self):
        pass

class Text(Item):
    def show(self):
        pass

def as_item(value):
    if isinstance(value, Item):
        return value
    return Item()

as_item(Text()).show()
