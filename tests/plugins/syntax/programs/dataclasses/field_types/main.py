from dataclasses import dataclass, field


class Engine:
    def start(self):
        return 1


@dataclass
class Car:
    engine: Engine = field(default_factory=Engine)
    wheels: list[Engine] = field(default_factory=lambda: [Engine()])

    def go(self):
        return self.engine.start()

    @property
    def first(self):
        return self.wheels[0]


car = Car()
car.go()
car.engine.start()
car.first.start()
