from enum import Enum
from functools import partial


def add():
    pass


def subtract():
    pass


class Operation(Enum):
    ADD = partial(add)
    SUBTRACT = partial(subtract)

    def run(self):
        self.value()


Operation.ADD.run()
