class Machine:
    def __init__(self):
        self.state = "idle"
        self.table = {
            ("idle", "go"): self.start,
            ("busy", "stop"): self.halt,
            ("busy", "crash"): self.explode,
        }

    def start(self):
        self.state = "busy"

    def halt(self):
        self.state = "idle"

    def explode(self):
        self.state = "gone"

    def feed(self, signal):
        self.table[self.state, signal]()
        return self


class Codec:
    def up(self, s):
        return s.upper()

    modes = {"up": up, "same": lambda self, s: s}

    def run(self, mode, s):
        return Codec.modes[mode](self, s)


assert Machine().feed("go").feed("stop").state == "idle"
assert Codec().run("up", "a") + Codec().run("same", "a") == "Aa"
