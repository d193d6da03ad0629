class Counter:
    def __init__(self):
        self.n = 0
        self.increase = self._increase

    def _increase(self):
        self.n += 1
        return self

    def total(self):
        return self.n


counter = Counter()
increase = counter.increase
increase().total()
Counter._increase(counter).total()
method = getattr(counter, "total")
method()
methods = [counter.total, counter._increase]
for m in methods:
    m()
bound = Counter.total.__get__(counter)
bound()
counter.total.__func__(counter)
