from abc import ABC, abstractmethod


class Store(ABC):
    def save(self, value):
        return self._write(value)

    @abstractmethod
    def _write(self, value):
        ...


class Memory(Store):
    def _write(self, value):
        return value


class Disk(Store):
    def _write(self, value):
        return self.flush()

    def flush(self):
        return 1


for store in (Memory(), Disk()):
    store.save(1)
