class P:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n

sorted([P(2), P(1)])
