from typing import NamedTuple

class Pair(NamedTuple):
    left: object
    right: object

    def run(self):
        self.left()

def one():
    pass

def two():
    pass

p = Pair(one, two)
p.run()
p.right()
