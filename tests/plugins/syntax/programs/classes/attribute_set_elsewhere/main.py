class Engine:
    def start(self):
        return "vroom"


class Electric:
    def start(self):
        return "hum"


class Car:
    def __init__(self):
        self.motor = None

    def configure(self, electric):
        if electric:
            self.motor = Electric()
        else:
            self.motor = Engine()
        return self

    def drive(self):
        self.sound = self.motor.start
        return self.finish()

    def finish(self):
        return self.sound()


assert Car().configure(False).drive() == "vroom"
assert Car().configure(True).drive() == "hum"
