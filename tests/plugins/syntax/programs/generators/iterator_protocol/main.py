class Countdown:
    def __init__(self, start):
        self.start = start

    def __iter__(self):
        return CountdownIterator(self.start)

    def __next__(self):
        # Not an iterator itself, so for-loops do not get here.
        raise StopIteration


class CountdownIterator:
    def __init__(self, current):
        self.current = current

    def __iter__(self):
        return self

    def __next__(self):
        if self.current == 0:
            raise StopIteration
        self.current -= 1
        return self.current


values = []
for number in Countdown(3):
    values.append(number)
assert values == [2, 1, 0]
assert list(iter(CountdownIterator(2))) == [1, 0]
