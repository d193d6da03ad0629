class Reading:
    def __init__(self):
        self._value = 1

    @property
    def value(self):
        return self.compute()

    @value.setter
    def value(self, new):
        self.validate(new)
        self._value = new

    @value.deleter
    def value(self):
        self.clear()

    def compute(self):
        return self._value

    def validate(self, new):
        return new

    def clear(self):
        return None


class NotProperty:
    def value(self):
        return 1


r = Reading()
r.value
r.value = 3
r.value += 1
del r.value
NotProperty().value
