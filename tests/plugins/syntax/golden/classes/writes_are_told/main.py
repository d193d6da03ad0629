class Field:
    def __set__(self, instance, value):
        value()

class Watched:
    def __setattr__(self, name, value):
        self.told()
        object.__setattr__(self, "kept", value)

    def told(self):
        pass

class Holder:
    field = Field()

    def __init__(self, value):
        self.field = value

def one():
    pass

def two():
    pass

Holder(one)
watched = Watched()
watched.action = two
watched.kept()
