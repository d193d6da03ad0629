import enum
from functools import partial


def add(a, b):
    return a + b


def sub(a, b):
    return a - b


class Operation(enum.Enum):
    ADD = enum.member(partial(add))
    SUB = enum.member(sub)

    def __call__(self, a, b):
        return self.value(a, b)

    @property
    def label(self):
        return self.describe()

    def describe(self):
        return self.name


Operation.ADD(1, 2)
Operation.SUB(1, 2)
Operation.ADD.label


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2

    @classmethod
    def parse(cls, text):
        return cls[text]

    def up(self):
        return Level.HIGH


Level.parse("LOW").up()
Level.LOW.up().up()
