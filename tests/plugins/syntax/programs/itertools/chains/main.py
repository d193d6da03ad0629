import itertools
import operator


class Node:
    def __init__(self, n):
        self.n = n

    def visit(self):
        return self.n


def key(node):
    return node.n


a, b = [Node(1)], [Node(2)]
for node in itertools.chain.from_iterable([a, b]):
    node.visit()
for x, y in itertools.product(a, b):
    x.visit()
for x, y in itertools.zip_longest(a, b):
    y.visit()
for node in itertools.islice(itertools.cycle(a), 2):
    node.visit()
for first, second in itertools.pairwise(a + b):
    second.visit()
for k, group in itertools.groupby(sorted(a + b, key=key), key):
    for node in group:
        node.visit()
for node in itertools.filterfalse(key, a):
    node.visit()
max(a + b, key=operator.attrgetter("n")).visit()
it = iter(a)
next(it, None).visit()
first, *rest = map(Node, [1, 2])
rest[0].visit()
