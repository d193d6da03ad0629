class Proxy:
    def __init__(self, target):
        self._target = target

    def __getattr__(self, name):
        return getattr(self._target, name)

class Real:
    def start(self):
        pass

    def stop(self):
        pass

p = Proxy(Real())

def one():
    p.start()

def two():
    p.stop()

one()
two()
