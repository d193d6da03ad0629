from dataclasses import dataclass, field

def w():
    pass

@dataclass
class Bus:
    handlers: list = field(default_factory=list)

    def on(self, h):
        self.handlers.append(h)

    def fire(self):
        for h in self.handlers:
            h()

b = Bus()
b.on(w)
b.fire()
