from itertools import groupby

class P:
    def __init__(self, n):
        self.n = n

    def key(self):
        return self.n

people = sorted([P(2), P(1)], key=lambda p: p.key())
for k, group in groupby(people, key=lambda p: p.key()):
    for p in group:
        p.key()
