class Item:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.less(other)

    def less(self, other):
        return self.n < other.n

    def __repr__(self):
        return self.text()

    def text(self):
        return "item"

    def __iter__(self):
        return iter([self.n])

    def __len__(self):
        return self.count()

    def count(self):
        return 1

    def __int__(self):
        return self.number()

    def number(self):
        return self.n


def key(item):
    return item.n


def test(item):
    return item.less(item)


items = [Item(2), Item(1)]
sorted(items)[0].text()
min(items).text()
list(filter(test, items))
list(map(Item.text, items))
max(items, key=key).count()
repr(items[0])
print(items[0])
len(items[0])
int(items[0])
for i, item in enumerate(sorted(items, key=key)):
    item.text()
for a, b in zip(items, items):
    a.text()
dict(zip("ab", items))["a"].text()
tuple(items)[0].text()
any(map(test, items))
next(iter(items)).text()
sum(item.number() for item in items)
isinstance(items[0], Item) and items[0].text()
