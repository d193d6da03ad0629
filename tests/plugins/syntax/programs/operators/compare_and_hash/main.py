class Key:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.value() == other.value()

    def __hash__(self):
        return hash(self.value())

    def value(self):
        return self.n

    def __le__(self, other):
        return other.weight() >= self.weight()

    def weight(self):
        return self.n

    def __matmul__(self, other):
        return other.apply(self)

    def apply(self, key):
        return key.weight()


class Other:
    def value(self):
        return 0

    def weight(self):
        return 0

    def apply(self, key):
        return key.value()


Key(1) == Key(2)
{Key(1): 1}
Key(1) <= Other()
Key(1) @ Other()
