class Left:
    def hello(self):
        return "left"


class Right:
    def hello(self):
        return "right"

    def bye(self):
        return "right"


class Both(Left, Right):
    def greet(self):
        return self.hello() + self.bye()


Both().greet()
Both().hello()
