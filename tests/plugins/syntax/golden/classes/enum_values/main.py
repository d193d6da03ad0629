import enum

class Op(enum.Enum):
    ADD = "+"
    SUB = "-"

    @classmethod
    def parse(cls, s):
        return cls(s)

    @property
    def label(self):
        return self.describe()

    def describe(self):
        return self.value

Op.parse("+").label
Op["ADD"].describe()
