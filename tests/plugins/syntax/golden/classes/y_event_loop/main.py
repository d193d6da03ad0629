class Loop:
    def __init__(self):
        self.ready = []

    def call_soon(self, f, *args):
        self.ready.append((f, args))

    def run(self):
        while self.ready:
            f, args = self.ready.pop(0)
            f(*args)

def hello(name, then):
    then(name)

def bye(name):
    pass

loop = Loop()
loop.call_soon(hello, "x", bye)
loop.run()
