import parent


class Child:
    def __init__(self, owner, name):
        self.owner = owner
        self.name = name

    def lineage(self):
        return parent.describe(self.owner) + "/" + self.name

    def orphan(self):
        # Not called.
        return parent.Parent("none").path()
