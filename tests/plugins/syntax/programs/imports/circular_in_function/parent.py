class Parent:
    def __init__(self, name):
        self.name = name

    def spawn(self):
        from child import Child

        return Child(self, "kid")

    def path(self):
        return describe(self)


def describe(parent):
    return parent.name
