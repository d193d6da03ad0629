class Command:
    def execute(self):
        raise NotImplementedError

class Save(Command):
    def execute(self):
        save()

def save():
    pass

class Invoker:
    def __init__(self):
        self.queue = []

    def add(self, c: Command):
        self.queue.append(c)

    def run(self):
        for c in self.queue:
            c.execute()

i = Invoker()
i.add(Save())
i.run()
