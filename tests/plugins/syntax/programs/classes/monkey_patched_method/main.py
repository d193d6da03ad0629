class Robot:
    def speak(self):
        return "beep"


def louder(self):
    return "BEEP"


def tune(self):
    return "tune"


Robot().speak()
Robot.tune = tune
Robot().tune()
robot = Robot()
robot.hum = lambda: louder(robot)
robot.hum()
