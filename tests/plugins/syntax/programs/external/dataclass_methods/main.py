from dataclasses import dataclass, field


def new_tags():
    return ["new"]


def unused_factory():
    # Every Basket is given explicit items.
    return []


@dataclass
class Item:
    name: str
    price: int = 1
    tags: list = field(default_factory=new_tags)

    def __post_init__(self):
        self.name = self.clean()

    def clean(self):
        return self.name.strip()

    @property
    def cost(self):
        return self.price * 2


@dataclass
class Basket:
    items: list = field(default_factory=unused_factory)

    def total(self):
        return sum(item.cost for item in self.items)


basket = Basket([Item(" a "), Item("b", 4, ["x"])])
assert basket.total() == 10
assert basket.items[0].tags == ["new"]
