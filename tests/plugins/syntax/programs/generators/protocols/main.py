class Tree:
    def __init__(self, value, children=()):
        self.value = value
        self.children = children

    def __iter__(self):
        yield self
        for child in self.children:
            yield from child

    def show(self):
        return self.value


for node in Tree(1, [Tree(2)]):
    node.show()
[n.show() for n in Tree(3)]
list(Tree(4))[0].show()


def numbers():
    received = yield step
    received()
    return finish


def delegate():
    result = yield from numbers()
    result()


def step():
    return 1


def sent():
    return 2


def finish():
    return 3


g = delegate()
next(g)()
try:
    g.send(sent)
except StopIteration:
    pass
gen = (f for f in (step, finish))
for f in gen:
    f()
