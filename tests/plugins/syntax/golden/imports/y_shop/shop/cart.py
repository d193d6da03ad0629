from .util import money
from .models import Item

class Cart:
    def __init__(self):
        self.items: list[Item] = []

    def add(self, item: Item):
        self.items.append(item)

    def total(self, strategy=None):
        value = sum(item.cost() for item in self.items)
        if strategy:
            value = strategy(value)
        return value

    def report(self):
        for item in self.items:
            print(money(item.cost()))
