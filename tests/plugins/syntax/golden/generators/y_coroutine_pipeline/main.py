def consumer(target):
    def start():
        g = target()
        next(g)
        return g
    return start

@consumer
def sink():
    while True:
        item = yield
        item()

def a():
    pass

s = sink()
s.send(a)
