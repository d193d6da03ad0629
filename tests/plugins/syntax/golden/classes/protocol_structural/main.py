from typing import Protocol

class Runner(Protocol):
    def run(self) -> None:
        ...

class A:
    def run(self) -> None:
        pass

def go(r: Runner):
    r.run()

go(A())
