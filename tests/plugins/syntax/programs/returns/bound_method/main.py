class Counter:
    def __init__(self):
        self.n = 0

    def tick(self):
        self.n += 1
        return self.n

    def tock(self):
        # Returned by nobody.
        self.n -= 1

    def handle(self):
        return self.tick


class LoudCounter(Counter):
    def tick(self):
        return -super().tick()


def counter_function(kind):
    return kind().handle()


advance = counter_function(Counter)
assert advance() == 1 and advance() == 2
assert counter_function(LoudCounter)() == -1
