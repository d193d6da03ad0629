class Subject:
    def __init__(self):
        self.observers = []

    def attach(self, o):
        self.observers.append(o)

    def notify(self):
        for o in self.observers:
            o.update(self)

class Printer:
    def update(self, s):
        s.state()

Subject.state = lambda self: 1
s = Subject()
s.attach(Printer())
s.notify()
