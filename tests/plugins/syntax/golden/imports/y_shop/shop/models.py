from dataclasses import dataclass

@dataclass
class Item:
    name: str
    price: int

    def cost(self):
        return self.price
