import weakref
from collections import ChainMap, Counter, UserList, namedtuple


class Owner:
    def name(self):
        return "o"


class Part:
    def __init__(self, owner):
        self._owner = weakref.ref(owner)

    def owner(self):
        return self._owner()


Pair = namedtuple("Pair", ["fn", "obj"])


class Stack(UserList):
    def top(self):
        return self.data[-1]


def go():
    return 1


def main():
    o = Owner()
    Part(o).owner().name()
    p = Pair(go, Owner())
    p.fn()
    p.obj.name()
    fn, obj = p
    fn()
    s = Stack([Owner()])
    s.append(Owner())
    s.top().name()
    cm = ChainMap({"a": go}, {"b": go})
    cm["a"]()
    Counter([1]).most_common()


main()
