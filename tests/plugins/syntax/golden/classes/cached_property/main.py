from functools import cached_property

class Engine:
    def start(self):
        pass

class Car:
    @cached_property
    def engine(self):
        return Engine()

Car().engine.start()
