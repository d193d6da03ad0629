import operator
import sys


class Suite:
    def test_one(self):
        return 1

    def test_two(self):
        return 2

    def setup(self):
        return 0


def module_level():
    return "module"


def run_all(suite):
    names = [n for n in vars(type(suite)) if n.startswith("test_")]
    return [getattr(suite, n)() for n in names]


assert run_all(Suite()) == [1, 2]
assert operator.methodcaller("test_two")(Suite()) == 2
assert operator.attrgetter("setup")(Suite())() == 0
this = sys.modules[__name__]
assert this.module_level() == "module"
