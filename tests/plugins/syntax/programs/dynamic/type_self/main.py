class Matrix:
    default = 0

    def __init__(self, cells):
        self.cells = self.check(cells)

    @staticmethod
    def check(cells):
        return list(cells)

    def scaled(self, k):
        return type(self)([c * k for c in self.cells])

    def total(self):
        return sum(self.cells)


class Identity(Matrix):
    @staticmethod
    def check(cells):
        return [1 for _ in cells]

    def total(self):
        return "id " + str(super().total())


assert Matrix([1, 2]).scaled(3).total() == 9
assert Identity([5, 5]).scaled(2).total() == "id 2"
