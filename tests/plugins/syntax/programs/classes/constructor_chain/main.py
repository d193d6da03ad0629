class Base:
    def __new__(cls, *args):
        obj = super().__new__(cls)
        obj.trace = ["new"]
        return obj

    def __init__(self, name):
        self.trace.append("base")
        self.name = self.clean(name)

    def clean(self, name):
        return name.strip()


class Middle(Base):
    pass


class Leaf(Middle):
    def __init__(self, name):
        Middle.__init__(self, name)
        self.trace.append("leaf")

    def clean(self, name):
        return super().clean(name).title()


leaf = Leaf(" oak ")
assert leaf.name == "Oak"
assert leaf.trace == ["new", "base", "leaf"]
