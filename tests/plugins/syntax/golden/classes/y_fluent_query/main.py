class Query:
    def __init__(self, filters=()):
        self.filters = filters

    def where(self, f):
        return Query(self.filters + (f,))

    def run(self, rows):
        return [r for r in rows if all(f(r) for f in self.filters)]

def positive(x):
    return x > 0

def even(x):
    return x % 2 == 0

Query().where(positive).where(even).run([1, 2])
