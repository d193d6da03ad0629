from enum import Enum


def add(a, b):
    return a + b


def sub(a, b):
    return a - b


class Op(Enum):
    ADD = ("+", add)
    SUB = ("-", sub)

    def __init__(self, symbol, fn):
        self.symbol = symbol
        self.fn = fn

    def __call__(self, a, b):
        return self.fn(a, b)


def main():
    Op.ADD(1, 2)
    Op.SUB(3, 4)


main()
