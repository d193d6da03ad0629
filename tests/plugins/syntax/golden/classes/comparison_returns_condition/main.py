class Condition:
    def negate(self):
        pass


class Field:
    def __eq__(self, other):
        return Condition()


condition = Field() == 1
condition.negate()
