class Engine:
    def start(self):
        return self.ignite()

    def ignite(self):
        return 1


class Computer:
    def start(self):
        return self.boot()

    def boot(self):
        return 1


class Car:
    def __init__(self):
        self.part = Engine()

    def start(self):
        return self.part.start()


class Office:
    def __init__(self):
        self.part = Computer()

    def start(self):
        return self.part.start()


Car().start()
Office().start()
