from dataclasses import dataclass

@dataclass
class A:
    x: int = 0

    def __post_init__(self):
        self.check()

    def check(self):
        pass

A(1)
