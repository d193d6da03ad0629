from enum import Enum


class Op(Enum):
    ADD = "add"
    SUB = "sub"

    def apply(self):
        return handlers[self]()

    @classmethod
    def first(cls):
        return next(iter(cls))


def add():
    return 1


def sub():
    return 2


handlers = {Op.ADD: add, Op.SUB: sub}
Op.ADD.apply()
Op.SUB.apply()
Op("add").apply()
Op["SUB"].apply()
Op.first().apply()
for op in Op:
    op.apply()
