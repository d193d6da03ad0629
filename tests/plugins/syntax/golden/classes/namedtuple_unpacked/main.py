from typing import NamedTuple

def act():
    pass

def other():
    pass

class Entry(NamedTuple):
    name: str
    action: object
    spare: object

name, action, spare = Entry("a", act, other)
action()
