class Builder:
    def __init__(self):
        self.parts = []

    def add(self, part):
        self.parts.append(part)
        return self

    def build(self):
        for part in self.parts:
            part()

def p():
    pass

Builder().add(p).build()
