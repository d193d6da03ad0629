from collections import defaultdict, deque, OrderedDict, ChainMap


def a():
    return 1


def b():
    return 2


def c():
    return 3


groups = defaultdict(list)
groups["x"].append(a)
for functions in groups.values():
    for function in functions:
        function()
queue = deque([b])
queue.append(c)
while queue:
    queue.popleft()()
ordered = OrderedDict(first=a)
ordered["first"]()
ChainMap({"k": b})["k"]()


def factory():
    return Thing()


class Thing:
    def touch(self):
        return 1


things = defaultdict(factory)
things["new"].touch()
dict.fromkeys(["p"], c)["p"]()
dict([("q", a)])["q"]()
