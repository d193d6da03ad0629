def one():
    pass

class Bus:
    def __init__(self):
        self.listeners = []

    def add(self, listener):
        self.listeners.append(listener)

    def fire(self):
        for listener in self.listeners:
            listener()

bus = Bus()
bus.add(one)
bus.fire()
