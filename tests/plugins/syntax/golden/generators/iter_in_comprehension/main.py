class Bag:
    def __init__(self, *items):
        self.items = items

    def __iter__(self):
        for i in self.items:
            yield i

def one():
    pass

[f() for f in Bag(one)]
