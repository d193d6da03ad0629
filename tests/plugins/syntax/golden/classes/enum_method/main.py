from enum import Enum

class Color(Enum):
    RED = 1
    BLUE = 2

    def describe(self):
        return self.label()

    def label(self):
        return self.name

Color.RED.describe()
for c in Color:
    c.label()
