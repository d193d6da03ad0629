import shapes


class Square(shapes.Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2

    def name(self):
        return "square " + super().name()
