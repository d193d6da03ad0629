class A:
    def run(self):
        return 1


class B:
    def run(self):
        return 2


class Bag:
    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(item)


first = Bag()
second = Bag()
first.add(A())
second.add(B())
for item in first.items:
    item.run()
left = [A()]
right = [B()]
for item in left:
    item.run()
right[0].run()
