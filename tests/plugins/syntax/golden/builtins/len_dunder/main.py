class Bag:
    def __len__(self):
        return 3

    def __bool__(self):
        return True

    def __contains__(self, x):
        return True

    def __repr__(self):
        return "bag"

b = Bag()
len(b)
bool(b)
1 in b
repr(b)
