from collections import Counter, OrderedDict, defaultdict


class Bucket:
    def __init__(self):
        self.items = []

    def put(self, item):
        self.items.append(item)
        return self


def zero():
    return 0


def never():
    # All keys of its dictionary exist already.
    return None


class Fallback(dict):
    def __missing__(self, key):
        return self.invent(key)

    def invent(self, key):
        return key * 2


class Tally(Counter):
    def top(self):
        return self.most_common(1)[0][0]


buckets = defaultdict(Bucket)
buckets["a"].put(1).put(2)
counts = defaultdict(zero)
counts["x"] += 1
full = defaultdict(never, {"k": 1})
assert full["k"] == counts["x"] == 1
assert buckets["a"].items == [1, 2]
assert Fallback()["ab"] == "abab"
assert Tally("aab").top() == "a"
