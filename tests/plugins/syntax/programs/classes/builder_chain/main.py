class Query:
    def __init__(self):
        self.parts = []

    def where(self, part):
        self.parts.append(part)
        return self

    def order(self, part):
        return self.where(part)

    def build(self):
        return Result(self.parts)


class Result:
    def __init__(self, parts):
        self.parts = parts

    def first(self):
        return self.parts[0]


Query().where(1).order(2).build().first()
