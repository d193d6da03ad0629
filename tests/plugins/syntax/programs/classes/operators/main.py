class Money:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return self.make(self.n + other.n)

    def __radd__(self, other):
        return self

    def __lt__(self, other):
        return self.n < other.n

    def __eq__(self, other):
        return self.n == other.n

    def __neg__(self):
        return self.make(-self.n)

    def __len__(self):
        return self.n

    def __bool__(self):
        return self.positive()

    def __contains__(self, x):
        return x == self.n

    def positive(self):
        return self.n > 0

    @staticmethod
    def make(n):
        return Money(n)

    def total(self):
        return self.n


(Money(1) + Money(2)).total()
sum([Money(1), Money(2)]).total()
(-Money(1)).total()
sorted([Money(2), Money(1)])[0].total()
len(Money(1))
if Money(1):
    1 in Money(1)
max(Money(1), Money(3)).total()
