from dataclasses import dataclass, field

class Engine:
    def start(self):
        pass

@dataclass
class Car:
    engine: object = field(default_factory=lambda: Engine())
    names: dict = field(default_factory=dict)

    def go(self):
        self.engine.start()
        self.names.get("x")

Car().go()
