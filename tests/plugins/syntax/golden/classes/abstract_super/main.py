from abc import ABC, abstractmethod

class Base(ABC):
    @abstractmethod
    def run(self):
        prepare()

class Impl(Base):
    def run(self):
        super().run()

def prepare():
    pass

Impl().run()
