import itertools
import operator


class Item:
    def __init__(self, n):
        self.n = n

    def rank(self):
        return self.n

    def show(self):
        return str(self.n)


def by_rank(item):
    return item.rank()


items = [Item(2), Item(1)]
sorted(items, key=by_rank)
items.sort(key=Item.rank)
min(items, key=operator.methodcaller("rank")).show()
for key, group in itertools.groupby(items, key=by_rank):
    for item in group:
        item.show()
for item in itertools.chain(items, [Item(3)]):
    item.show()
list(filter(by_rank, items))[0].show()
any(item.rank() for item in items)
