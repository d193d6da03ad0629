from dataclasses import dataclass, field, replace
from typing import Callable, ClassVar


def on_start():
    return 1


def on_stop():
    return 2


@dataclass
class Service:
    name: str
    start: Callable = on_start
    stop: Callable = field(default=on_stop)
    items: list = field(default_factory=list)
    registry: ClassVar[dict] = {}

    def run(self):
        self.start()
        return self.stop()


@dataclass
class Named(Service):
    extra: object = None

    def run(self):
        return super().run()


Service("a").run()
Named("b", on_stop).run()
replace(Service("c"), name="d").run()
