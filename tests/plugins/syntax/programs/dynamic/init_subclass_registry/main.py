class Shape:
    kinds = {}

    def __init_subclass__(cls, /, kind=None, **kwargs):
        super().__init_subclass__(**kwargs)
        if kind:
            Shape.kinds[kind] = cls

    @classmethod
    def create(cls, kind, size):
        return cls.kinds[kind](size)

    def __init__(self, size):
        self.size = size

    def area(self):
        raise NotImplementedError


class Square(Shape, kind="square"):
    def area(self):
        return self.size ** 2


class Line(Shape, kind="line"):
    def area(self):
        return self.zero()

    def zero(self):
        return 0


assert Shape.create("square", 3).area() == 9
assert Shape.create("line", 3).area() == 0
