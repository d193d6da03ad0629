class Query:
    def __init__(self):
        self.parts = []

    def select(self, name):
        self.parts.append(name)
        return self

    def where(self, condition):
        return self._add("where " + condition)

    def _add(self, part):
        self.parts.append(part)
        return self

    def grouped(self):
        return GroupedQuery(self)

    def build(self):
        return " ".join(self.parts)


class GroupedQuery:
    def __init__(self, query):
        self.query = query

    def having(self, condition):
        self.query._add("having " + condition)
        return self

    def where(self, condition):
        # where() is only used before grouping.
        return self

    def build(self):
        return self.query.build() + ";"


text = Query().select("a").where("b").grouped().having("c").build()
assert text == "a where b having c;"
assert Query().select("z").build() == "z"
