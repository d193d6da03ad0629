class Router:
    def __init__(self):
        self.handlers = []

    def on(self, f):
        self.handlers.append(f)
        return f

    def run(self):
        for h in self.handlers:
            h()

r = Router()

@r.on
def one():
    pass

@r.on
def two():
    pass

r.run()
