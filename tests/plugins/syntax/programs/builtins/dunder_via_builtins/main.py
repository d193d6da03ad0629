class Basket:
    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __contains__(self, item):
        return item in self.items

    def __getitem__(self, index):
        return self.items[index]

    def __bool__(self):
        return len(self) > 0

    def __str__(self):
        return "+".join(self.items)

    def __repr__(self):
        return "Basket()"


b = Basket(["egg", "jam"])
assert len(b) == 2
assert "jam" in b
assert b[0] == "egg"
assert bool(b)
assert str(b) == f"{b}" == "egg+jam"
