class Item:
    def weight(self):
        return 1

min([Item()], key=lambda item: item.weight())
