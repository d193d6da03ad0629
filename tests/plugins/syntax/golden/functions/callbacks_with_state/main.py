class Counter:
    def __init__(self):
        self.n = 0

    def __call__(self):
        self.n += 1
        return self.bump()

    def bump(self):
        return self.n

def run(cb):
    return cb()

run(Counter())
