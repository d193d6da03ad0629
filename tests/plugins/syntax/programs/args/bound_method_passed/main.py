class Ledger:
    def __init__(self):
        self.lines = []

    def credit(self, amount):
        self.lines.append(amount)

    def debit(self, amount):
        self.lines.append(-amount)

    def audit(self):
        return len(self.lines)


def each(items, action):
    for item in items:
        action(item)


def main():
    book = Ledger()
    each([10, 20], book.credit)
    each([5], book.debit)
    assert sum(book.lines) == 25


main()
