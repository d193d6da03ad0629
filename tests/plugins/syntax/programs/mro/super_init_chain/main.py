class Widget:
    def __init__(self, **kwargs):
        self.events = []
        self.setup(**kwargs)

    def setup(self, **kwargs):
        # Overridden by Sized for each object made.
        self.events.append("none")


class Sized(Widget):
    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size = size

    def setup(self, **kwargs):
        self.events.append("sized")


class Coloured(Widget):
    def __init__(self, colour, **kwargs):
        super().__init__(**kwargs)
        self.colour = colour


class Box(Sized, Coloured):
    def __init__(self):
        super().__init__(size=1, colour="red")
        self.finish()

    def finish(self):
        self.events.append(self.colour)


assert Box().events == ["sized", "red"]
