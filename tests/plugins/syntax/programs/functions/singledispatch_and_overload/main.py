from functools import singledispatch, singledispatchmethod
from typing import overload


@singledispatch
def show(value):
    return default()


@show.register
def _(value: int):
    return number()


@show.register(str)
def show_text(value):
    return text()


def default():
    return 0


def number():
    return 1


def text():
    return 2


@overload
def parse(x: int) -> int: ...
@overload
def parse(x: str) -> str: ...
def parse(x):
    return number()


class Formatter:
    @singledispatchmethod
    def format(self, value):
        return default()

    @format.register
    def _(self, value: int):
        return number()


show(1)
show("x")
show(1.0)
parse(1)
Formatter().format(1)
Formatter().format("x")
