from abc import ABC, abstractmethod


class Task(ABC):
    def run(self):
        self.prepare()
        return self.execute()

    def prepare(self):
        self.ready = True

    @abstractmethod
    def execute(self):
        return "abstract"

    @property
    @abstractmethod
    def cost(self):
        # Only overridden versions are read.
        return 0


class Copy(Task):
    def execute(self):
        return super().execute() + "+copy"

    @property
    def cost(self):
        return price(1)


def price(n):
    return n * 5


task = Copy()
assert task.run() == "abstract+copy"
assert task.cost == 5
