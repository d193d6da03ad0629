class Money:
    def __init__(self, amount):
        self.amount = amount

    def __add__(self, other):
        return self.make(self.amount + other.amount)

    def __radd__(self, other):
        return self.make(self.amount + other)

    def __lt__(self, other):
        return self.amount < other.amount

    def __getitem__(self, index):
        return str(self)[index]

    def __str__(self):
        return "%d" % self.amount

    def make(self, amount):
        return type(self)(amount)


class Euro(Money):
    def __str__(self):
        return "E" + super().__str__()

    def __call__(self, rate):
        return self.make(self.amount * rate)

    def __sub__(self, other):
        # No subtraction happens.
        return self.make(self.amount - other.amount)


purse = sum([Euro(1), Euro(2)])
assert str(purse) == "E3"
assert Money(1) < Money(2)
assert purse(2)[1] == "6"
