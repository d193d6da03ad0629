from enum import Enum, member


def _plus(a, b):
    return a + b


class Level(Enum):
    LOW = 1
    HIGH = 2

    def label(self):
        return self.name.title()

    @classmethod
    def parse(cls, text):
        return cls[normalise(text)]

    @classmethod
    def _missing_(cls, value):
        return cls.LOW


class Operation(Enum):
    ADD = member(_plus)
    SUB = member(lambda a, b: a - b)

    def __call__(self, a, b):
        return self.value(a, b)


def normalise(text):
    return text.upper()


assert Level.parse("high").label() == "High"
assert Level(99) is Level.LOW
assert Operation.ADD(1, 2) == 3
assert Operation["SUB"](3, 2) == 1
