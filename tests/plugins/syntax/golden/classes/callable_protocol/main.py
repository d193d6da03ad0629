from typing import Protocol


class Factory(Protocol):
    def __call__(self): ...


def make():
    pass


def use(factory: Factory):
    factory()


def unknown(factory: Factory):
    factory()


use(make)
