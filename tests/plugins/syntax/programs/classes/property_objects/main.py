def read(self):
    return self.compute()


def write(self, value):
    return self.check(value)


class Thing:
    value = property(read, write)

    def compute(self):
        return 1

    def check(self, value):
        return value

    @property
    def child(self):
        return Child(self)

    @classmethod
    @property
    def nothing(cls):
        return None


class Child:
    def __init__(self, parent):
        self.parent = parent

    @property
    def owner(self):
        return self.parent

    def act(self):
        return self.owner.value


thing = Thing()
thing.value
thing.value = 3
thing.child.act()
thing.child.owner.child.act()
