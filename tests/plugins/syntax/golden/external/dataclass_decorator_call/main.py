import dataclasses

@dataclasses.dataclass(frozen=True)
class A:
    x: int

A(1)
dataclasses.replace(A(1), x=2)
