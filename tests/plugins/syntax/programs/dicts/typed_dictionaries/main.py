from typing import TypedDict, NewType, Callable


UserId = NewType("UserId", int)


class Handlers(TypedDict):
    save: Callable
    load: Callable


def save():
    return 1


def load():
    return 2


def run(h: Handlers):
    h["save"]()
    h["load"]()


def find(uid):
    return uid


def main():
    hs: Handlers = {"save": save, "load": load}
    run(hs)
    find(UserId(3))
    other = Handlers(save=save, load=load)
    other["load"]()


main()
