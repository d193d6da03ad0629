class Base:
    def build(self):
        return ["base"]


class Left(Base):
    def build(self):
        return ["left"] + super().build()


class Right(Base):
    def build(self):
        return ["right"] + super().build()


class Bottom(Left, Right):
    def build(self):
        return ["bottom"] + super().build()


assert Bottom().build() == ["bottom", "left", "right", "base"]
