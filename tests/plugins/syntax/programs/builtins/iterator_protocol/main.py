class Countdown:
    def __init__(self, start):
        self.start = start

    def __iter__(self):
        return CountdownIterator(self.start)


class CountdownIterator:
    def __init__(self, value):
        self.value = value

    def __iter__(self):
        return self

    def __next__(self):
        if self.value <= 0:
            raise StopIteration
        self.value -= 1
        return self.value


seen = []
for n in Countdown(3):
    seen.append(n)
assert seen == [2, 1, 0]
it = iter(CountdownIterator(2))
assert next(it) == 1
assert sum(Countdown(4)) == 6
