class Target:
    def work(self):
        return 1

    def rest(self):
        return 2


class Proxy:
    def __init__(self, target):
        self._target = target

    def __getattr__(self, name):
        return getattr(self._target, name)

    def rest(self):
        return 3


proxy = Proxy(Target())
proxy.work()
proxy.rest()
